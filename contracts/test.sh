#!/usr/bin/env bash
# The contracts' tests: tools from npm as the lock file pins them, then formats, sizes, tests and gas, without the network; then what
# furl-settlement and the command line do with compiler and node. That the generated contracts are what their keys generate is a test of the crate furl-wrap.
#
# With --write, what is committed of them is written anew: gas and sizes in snapshots/, code in ../settlement/bytecode/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

snapshots=(--gas-snapshot-check=true --gas-snapshot-emit=false)
if [[ ${1-} == --write ]]; then
    snapshots=(--gas-snapshot-check=false --gas-snapshot-emit=true)
    rm -rf snapshots
    export FURL_REGENERATE=1
fi

# The tools are in packages of their own; no script of a package is run.
npm ci --ignore-scripts --silent
# Not the package's own script of that name, which ends with success whatever forge says.
readonly forge=(node_modules/@foundry-rs/forge-*/bin/forge)
"$forge" fmt --check
# Fails above 24,576 bytes of code.
"$forge" build --sizes
# Gas and sizes are those in snapshots/, to the unit.
"$forge" test "${snapshots[@]}"

settlement() {
    (cd .. && cargo test --release --workspace --test settlement -- --ignored "$@")
}
# The compiler makes the committed code. It is in the binary, so it comes first.
settlement the_compiler_makes_what_is_committed
# So does the compiler as forge calls it, of the sources that it has, too.
node - <<'END'
const fs = require("fs");
for (const [contract, file] of [["Furl", "Furl"], ["FurlVerifier", "verifier-small"]]) {
  const made = JSON.parse(fs.readFileSync(`out/${contract}.sol/${contract}.json`)).bytecode.object;
  const committed = fs.readFileSync(`../settlement/bytecode/${file}.hex`, "utf8").split("\n")[1];
  if (made !== `0x${committed}`) throw new Error(`${file}.hex is not what forge makes: contracts/test.sh --write`);
}
END
unset FURL_REGENERATE
settlement
# The commands on Layer 1, on nodes of their own.
(cd .. && cargo test --release --workspace --test cli -- --ignored layer1::)
