// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Vectors} from "./Vectors.sol";
import {FurlVerifier} from "../generated/FurlVerifierFast.sol";
import {FurlVerifier as FurlVerifierProven} from "../generated/FurlVerifierProven.sol";
import {Furl, IVerifier} from "../src/Furl.sol";

/// The rollup as it is deployed: batches that went all the way, the verifier of their profile, and every way to be refused.
abstract contract RealTest is Vectors {
    address private immutable DEPLOYER = vm.parseJsonAddress(json, ".deployer");
    uint256 private immutable CHAIN = vm.parseJsonUint(json, ".chain");
    bytes32 private immutable GENESIS = _word(_statement("first"), 40);

    uint256 private nothing;
    IVerifier private verifier;
    Furl private furl;

    /// The verifier of the vectors' key.
    function _deployVerifier() internal virtual returns (address);

    function setUp() public {
        nothing = vm.snapshotState();
        _deploy(GENESIS);
    }

    /// With the deployer's first two transactions: where the proofs are for.
    function _deploy(bytes32 genesis) private {
        vm.prank(DEPLOYER);
        verifier = IVerifier(_deployVerifier());
        vm.prank(DEPLOYER);
        furl = new Furl(verifier, genesis);
    }

    /// The same in another world, in which there is nothing yet.
    function _deployInstead(uint256 chain, bytes32 genesis) private {
        vm.revertToState(nothing);
        vm.chainId(chain);
        _deploy(genesis);
        require(address(furl) == vm.parseJsonAddress(json, ".rollup"), "address");
    }

    function _submission(string memory name) private view returns (bytes memory) {
        return bytes.concat(Furl.submit.selector, abi.encode(_claim(_statement(name))), _proof(name));
    }

    function _question(string memory statement, string memory proof) internal view returns (bytes memory) {
        return bytes.concat(IVerifier.verify.selector, abi.encodePacked(_scalars(_statement(statement))), _proof(proof));
    }

    function _accepted(string memory name) private {
        (bool ok,) = address(furl).call(_submission(name));
        require(ok, name);
        _equal(furl.batch(), _claim(_statement(name)).batch, "batch");
        _equal(furl.root(), _claim(_statement(name)).newRoot, "root");
    }

    /// Refused in this way, and nothing has moved.
    function _refused(bytes memory data, bytes memory expected, string memory what) private {
        (bytes32 root, uint32 batch) = (furl.root(), furl.batch());
        (bool ok, bytes memory answer) = address(furl).call{gas: 1_000_000}(data);
        require(!ok, string.concat("accepted: ", what));
        _equal(answer, expected, what);
        _equal(furl.root(), root, "root");
        _equal(furl.batch(), batch, "batch");
    }

    function test_the_vectors_are_of_this_deployment() public view {
        require(address(verifier) == vm.parseJsonAddress(json, ".verifier"), "verifier");
        require(address(furl) == vm.parseJsonAddress(json, ".rollup"), "rollup");
        _equal(furl.domain(), vm.parseJsonBytes32(json, ".domain"), "domain");
        _equal(furl.SEPARATOR(), _word(_statement("first"), 4), "separator");
        require(FurlVerifier(address(verifier)).INSECURE(), "the setup's secret is published");
        _equal(FurlVerifier(address(verifier)).KEY(), keccak256(vm.parseJsonBytes(json, ".key")), "key");
    }

    function test_same_proof_twice() public {
        _accepted("first");
        _refused(_submission("first"), abi.encodeWithSelector(Furl.OldBatch.selector, 1, 1), "twice");
        _accepted("second");
        _refused(_submission("first"), abi.encodeWithSelector(Furl.OldBatch.selector, 2, 1), "again");
    }

    function test_skipped_batch() public {
        _refused(_submission("second"), abi.encodeWithSelector(Furl.SkippedBatch.selector, 1, 2), "skipped");
    }

    /// The next batch of this very deployment, which begins at another root than this one.
    function test_stale_root() public {
        bytes32 elsewhere = _word(_statement("second"), 72);
        _deployInstead(CHAIN, elsewhere);
        _refused(_submission("first"), abi.encodeWithSelector(Furl.StaleRoot.selector, elsewhere, GENESIS), "stale");
    }

    /// The same address on another chain.
    function test_foreign_chain() public {
        bytes32 separator = furl.SEPARATOR();
        _deployInstead(CHAIN + 1, GENESIS);
        bytes memory expected = abi.encodeWithSelector(Furl.ForeignDomain.selector, furl.SEPARATOR(), separator);
        _refused(_submission("first"), expected, "chain");
    }

    /// The chain forks, and this is the copy.
    function test_forked_chain() public {
        vm.chainId(CHAIN + 1);
        _refused(_submission("first"), abi.encodeWithSelector(Furl.ForeignChain.selector, CHAIN, CHAIN + 1), "fork");
        vm.chainId(CHAIN);
        _accepted("first");
    }

    /// The same code and genesis at another address.
    function test_foreign_address() public {
        bytes32 separator = furl.SEPARATOR();
        furl = new Furl(verifier, GENESIS);
        bytes memory expected = abi.encodeWithSelector(Furl.ForeignDomain.selector, furl.SEPARATOR(), separator);
        _refused(_submission("first"), expected, "address");
    }

    function test_trailing_calldata() public {
        bytes memory data = _submission("first");
        _refused(bytes.concat(data, hex"00"), abi.encodeWithSelector(Furl.Length.selector, 2724, 2725), "trailing");
        _accepted("first");
    }

    /// The proof of one batch says nothing of another, here or at the verifier.
    function test_a_proof_is_of_its_statement() public {
        bytes memory data = bytes.concat(Furl.submit.selector, abi.encode(_claim(_statement("first"))), _proof("second"));
        _refused(data, abi.encodeWithSelector(FurlVerifier.Refused.selector), "another batch's");
        (bool ok, bytes memory answer) = address(verifier).staticcall(_question("second", "first"));
        require(!ok, "accepted");
        _equal(answer, abi.encodeWithSelector(FurlVerifier.Refused.selector), "another batch's");
    }

    /// One bit of each word of scalars and proof: a point is no more one, a scalar another.
    function test_every_word_is_bound() public view {
        bytes memory data = _question("first", "first");
        for (uint256 word = 0; word < 87; ++word) {
            uint256 last = 35 + 32 * word;
            data[last] ^= 0x01;
            (bool ok, bytes memory answer) = address(verifier).staticcall{gas: 1_000_000}(data);
            require(!ok, string.concat("accepted: word ", vm.toString(word)));
            bool point = word >= 9 && (word < 39 || word >= 83);
            bytes4 expected = point ? FurlVerifier.NotOnCurve.selector : FurlVerifier.Refused.selector;
            _equal(answer, abi.encodePacked(expected), string.concat("word ", vm.toString(word)));
            data[last] ^= 0x01;
        }
    }

    /// Two batches in a chain, and what they take.
    function test_two_batches_and_their_gas() public {
        bytes memory question = _question("first", "first");
        (bool ok,) = address(verifier).call(question);
        require(ok, "refused");
        _note("verify", question);
        vm.snapshotValue("verifier_runtime_bytes", address(verifier).code.length);
        require(address(verifier).code.length < 24_576, "EIP-170");
        Furl.Claim memory claim = _claim(_statement("first"));
        vm.expectEmit(address(furl));
        emit Furl.Batch(1, claim.newRoot, claim.count, claim.fees, claim.dataOut);
        _accepted("first");
        _accepted("second");
    }

    function test_gas_of_submission() public {
        bytes memory data = _submission("first");
        (bool ok,) = address(furl).call(data);
        require(ok, "first");
        _note("submit_first", data);
        data = _submission("second");
        (ok,) = address(furl).call(data);
        require(ok, "second");
        _note("submit", data);
    }
}

contract FastTest is RealTest {
    function _file() internal pure override returns (string memory) {
        return "fast";
    }

    function _deployVerifier() internal override returns (address) {
        return address(new FurlVerifier());
    }

    /// A proof of one profile is none of the other, whose contract fits too.
    function test_the_other_profile_refuses() public {
        FurlVerifierProven other = new FurlVerifierProven();
        require(address(other).code.length < 24_576, "EIP-170");
        (bool ok, bytes memory answer) = address(other).staticcall(_question("first", "first"));
        require(!ok, "accepted");
        _equal(answer, abi.encodeWithSelector(FurlVerifier.Refused.selector), "the other profile's");
    }
}

contract ProvenTest is RealTest {
    function _file() internal pure override returns (string memory) {
        return "proven";
    }

    function _deployVerifier() internal override returns (address) {
        return address(new FurlVerifierProven());
    }
}
