#!/usr/bin/env bash
# The contracts' tests: tools from npm as the lock file pins them, then formats, sizes, tests and gas, without the network.
# With --write, what the gas and sizes are is written to snapshots/ instead of compared.
# That the generated contracts are what their keys generate is a test of the crate furl-wrap.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

snapshots=(--gas-snapshot-check=true --gas-snapshot-emit=false)
if [[ ${1-} == --write ]]; then
    snapshots=(--gas-snapshot-check=false --gas-snapshot-emit=true)
    rm -rf snapshots
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
