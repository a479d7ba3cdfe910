// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Vectors} from "./Vectors.sol";
import {FurlVerifier} from "./vectors/FurlVerifier.sol";
import {Furl, IVerifier} from "../src/Furl.sol";

/// A verifier that does not say true.
contract Denier {
    function verify(uint256[9] calldata, uint256[78] calldata) external pure returns (bool) {
        return false;
    }
}

/// The rollup with real proofs: what moves the root, and what does not.
contract FurlTest is Vectors {
    address private immutable DEPLOYER = vm.parseJsonAddress(json, ".deployer");
    IVerifier private verifier = IVerifier(address(new FurlVerifier()));
    Furl private furl;

    function setUp() public {
        bytes memory statement = _statement("first");
        vm.prank(DEPLOYER);
        furl = new Furl(verifier, _word(statement, 40));
    }

    function _encode(Furl.Claim memory claim, bytes memory proof) private pure returns (bytes memory) {
        return bytes.concat(Furl.submit.selector, abi.encode(claim), proof);
    }

    function _submission(string memory name) private view returns (bytes memory) {
        return _encode(_claim(_statement(name)), _proof(name));
    }

    function _submit(bytes memory data) private returns (bool ok, bytes memory answer) {
        return address(furl).call{gas: 1_000_000}(data);
    }

    function _accepted(string memory name) private {
        (bool ok,) = _submit(_submission(name));
        require(ok, name);
    }

    /// A submission is refused in this way, and nothing has moved.
    function _refused(bytes memory data, bytes memory expected, string memory what) private {
        (bytes32 root, uint32 batch) = (furl.root(), furl.batch());
        (bool ok, bytes memory answer) = _submit(data);
        require(!ok, string.concat("accepted: ", what));
        _equal(answer, expected, what);
        _equal(furl.root(), root, "root");
        _equal(furl.batch(), batch, "batch");
    }

    function test_the_vectors_are_of_this_deployment() public view {
        _equal(bytes32(uint256(uint160(address(furl)))), bytes32(uint256(uint160(vm.parseJsonAddress(json, ".rollup")))), "address");
        _equal(furl.domain(), vm.parseJsonBytes32(json, ".domain"), "domain");
        _equal(furl.SEPARATOR(), _word(_statement("first"), 4), "separator");
        _equal(furl.CHAIN(), 31_337, "chain");
    }

    function test_two_batches() public {
        bytes memory statement = _statement("first");
        vm.expectEmit(address(furl));
        emit Furl.Batch(1, _word(statement, 72), 1001, _word(statement, 108), _word(statement, 172));
        _accepted("first");
        _equal(furl.batch(), 1, "batch");
        _equal(furl.root(), _word(statement, 72), "root");
        _accepted("second");
        _equal(furl.batch(), 2, "batch");
        _equal(furl.root(), _word(_statement("second"), 72), "root");
    }

    function test_same_proof_twice() public {
        _accepted("first");
        _refused(_submission("first"), abi.encodeWithSelector(Furl.OldBatch.selector, 1, 1), "twice");
    }

    function test_skipped_batch() public {
        _refused(_submission("skipping"), abi.encodeWithSelector(Furl.SkippedBatch.selector, 1, 2), "skipped");
    }

    function test_stale_root() public {
        _accepted("first");
        bytes memory expected = abi.encodeWithSelector(Furl.StaleRoot.selector, furl.root(), _word(_statement("skipping"), 40));
        _refused(_submission("skipping"), expected, "stale");
    }

    /// A proof for another chain, and the copy of this deployment on it.
    function test_foreign_domain_and_chain() public {
        bytes32 foreign = _word(_statement("foreign"), 4);
        _refused(_submission("foreign"), abi.encodeWithSelector(Furl.ForeignDomain.selector, furl.SEPARATOR(), foreign), "domain");
        vm.chainId(1);
        _refused(_submission("first"), abi.encodeWithSelector(Furl.ForeignChain.selector, 31_337, 1), "chain");
        vm.chainId(31_337);
        _accepted("first");
    }

    /// The same code at another address has another domain, and proofs for one deployment are foreign to the other.
    function test_foreign_address() public {
        Furl other = new Furl(verifier, furl.root());
        require(other.domain() != furl.domain(), "domain");
        require(other.SEPARATOR() != furl.SEPARATOR(), "separator");
        (bool ok, bytes memory answer) = address(other).call(_submission("first"));
        require(!ok, "accepted");
        _equal(answer, abi.encodeWithSelector(Furl.ForeignDomain.selector, other.SEPARATOR(), furl.SEPARATOR()), "address");
    }

    function test_no_verifier() public {
        try new Furl(IVerifier(address(0xdead)), 0) {
            revert("deployed");
        } catch (bytes memory reason) {
            _equal(reason, abi.encodeWithSelector(Furl.NoVerifier.selector, address(0xdead)), "verifier");
        }
    }

    function test_a_verifier_must_say_true() public {
        bytes memory statement = _statement("first");
        Furl other = new Furl(IVerifier(address(new Denier())), _word(statement, 40));
        Furl.Claim memory claim = _claim(statement);
        claim.separator = other.SEPARATOR();
        (bool ok, bytes memory answer) = address(other).call(_encode(claim, _proof("first")));
        require(!ok, "accepted");
        _equal(answer, abi.encodeWithSelector(Furl.NotVerified.selector), "denied");
    }

    function test_the_genesis_is_canonical() public {
        bytes32 genesis = bytes32(type(uint256).max);
        try new Furl(verifier, genesis) {
            revert("deployed");
        } catch (bytes memory reason) {
            _equal(reason, abi.encodeWithSelector(Furl.NotCanonical.selector, genesis), "genesis");
        }
    }

    function test_calldata_has_one_length() public {
        bytes memory data = _submission("first");
        _equal(data.length, 2724, "length");
        _refused(bytes.concat(data, hex"00"), abi.encodeWithSelector(Furl.Length.selector, 2724, 2725), "trailing");
        assembly {
            mstore(data, 2723)
        }
        _refused(data, "", "short");
    }

    /// Each field of the claim, each bit of each byte of its first, middle and last.
    function test_every_field_is_bound() public {
        bytes memory data = _submission("first");
        for (uint256 i = 4; i < 4 + 7 * 32; ++i) {
            bytes1 byte_ = data[i];
            data[i] = byte_ ^ bytes1(uint8(1 << (i % 8)));
            (bool ok,) = _submit(data);
            require(!ok, string.concat("accepted: byte ", vm.toString(i)));
            data[i] = byte_;
        }
        _equal(furl.batch(), 0, "batch");
        bytes memory refused = abi.encodeWithSelector(FurlVerifier.Refused.selector);
        Furl.Claim memory claim = _claim(_statement("first"));
        claim.newRoot = bytes32(uint256(claim.newRoot) ^ 1);
        _refused(_encode(claim, _proof("first")), refused, "new root");
        claim = _claim(_statement("first"));
        claim.count += 1;
        _refused(_encode(claim, _proof("first")), refused, "count");
        claim = _claim(_statement("first"));
        claim.fees = bytes32(uint256(claim.fees) ^ 1);
        _refused(_encode(claim, _proof("first")), refused, "fees");
        claim = _claim(_statement("first"));
        claim.dataOut = bytes32(uint256(claim.dataOut) ^ 1);
        _refused(_encode(claim, _proof("first")), refused, "data out");
        _refused(_encode(_claim(_statement("first")), _proof("second")), refused, "proof of another batch");
    }

    /// Limbs at the modulus, one below, and at the largest, at each place.
    function test_digests_are_canonical() public {
        for (uint256 limb = 0; limb < 4; ++limb) {
            _limb(limb, hex"01000000ffffffff", false);
            _limb(limb, hex"00000080ffffffff", false);
            _limb(limb, hex"ffffffffffffffff", false);
            _limb(limb, hex"00000000ffffffff", true);
            _limb(limb, hex"fffffffffeffffff", true);
        }
    }

    function _limb(uint256 limb, bytes8 value, bool canonical) private {
        for (uint256 field = 0; field < 3; ++field) {
            Furl.Claim memory claim = _claim(_statement("first"));
            bytes32 old = field == 0 ? claim.newRoot : field == 1 ? claim.fees : claim.dataOut;
            uint256 shift = 192 - 64 * limb;
            bytes32 digest = bytes32((uint256(old) & ~(uint256(type(uint64).max) << shift)) | (uint256(uint64(value)) << shift));
            if (field == 0) claim.newRoot = digest;
            else if (field == 1) claim.fees = digest;
            else claim.dataOut = digest;
            bytes memory expected = canonical
                ? abi.encodeWithSelector(FurlVerifier.Refused.selector)
                : abi.encodeWithSelector(Furl.NotCanonical.selector, digest);
            _refused(_encode(claim, _proof("first")), expected, "limb");
        }
    }

    function test_gas() public {
        _accepted("first");
        _note("submit_first", _submission("first"));
        _accepted("second");
        _note("submit", _submission("second"));
        vm.snapshotValue("furl_runtime_bytes", address(furl).code.length);
    }
}
