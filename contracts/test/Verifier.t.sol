// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Vectors} from "./Vectors.sol";
import {FurlVerifier} from "./vectors/FurlVerifier.sol";
import {IVerifier} from "../src/Furl.sol";

/// The generated verifier: one true proof, and everything near it.
contract VerifierTest is Vectors {
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// Words of calldata: nine scalars, thirty coordinates, 44 evaluations, four coordinates.
    uint256 private constant PROOF = 9;
    uint256 private constant EVALUATIONS = PROOF + 30;
    uint256 private constant LAST_POINTS = EVALUATIONS + 44;
    uint256 private constant WORDS = LAST_POINTS + 4;

    /// Enough for any proof. A precompile that refuses a point takes all but a 64th of what there is.
    uint256 private constant GAS = 1_000_000;

    FurlVerifier private verifier = new FurlVerifier();
    bytes private first = _calldata("first");

    function _calldata(string memory name) private view returns (bytes memory) {
        return bytes.concat(IVerifier.verify.selector, abi.encodePacked(_scalars(_statement(name))), _proof(name));
    }

    function _ask(bytes memory data) private view returns (bool ok, bytes memory answer) {
        return address(verifier).staticcall{gas: GAS}(data);
    }

    function _refused(bytes memory data, bytes4 expected, string memory what) private view {
        (bool ok, bytes memory answer) = _ask(data);
        require(!ok, string.concat("accepted: ", what));
        _equal(answer, abi.encodePacked(expected), what);
    }

    /// Calldata with another word.
    function _with(uint256 index, uint256 value) private view returns (bytes memory data) {
        data = first;
        assembly {
            mstore(add(add(data, 0x24), mul(index, 0x20)), value)
        }
    }

    function _at(uint256 index) private view returns (uint256) {
        return uint256(_word(first, 4 + 32 * index));
    }

    function _isPoint(uint256 index) private pure returns (bool) {
        return index >= PROOF && (index < EVALUATIONS || index >= LAST_POINTS);
    }

    /// The first word of a point.
    function _isX(uint256 index) private pure returns (bool) {
        uint256 start = index < EVALUATIONS ? PROOF : LAST_POINTS;
        return _isPoint(index) && (index - start) % 2 == 0;
    }

    function _name(string memory what, uint256 index) private pure returns (string memory) {
        return string.concat(what, ", word ", vm.toString(index));
    }

    function test_true_proofs_are_accepted() public view {
        string[4] memory names = ["first", "second", "skipping", "foreign"];
        for (uint256 i = 0; i < names.length; ++i) {
            (bool ok, bytes memory answer) = _ask(_calldata(names[i]));
            require(ok, names[i]);
            _equal(answer, abi.encode(true), names[i]);
        }
    }

    function test_the_key_is_named() public view {
        require(verifier.INSECURE(), "the setup's secret is published");
        _equal(verifier.KEY(), keccak256(vm.parseJsonBytes(json, ".key")), "key");
    }

    function test_proofs_are_of_their_scalars() public view {
        bytes memory other = bytes.concat(IVerifier.verify.selector, abi.encodePacked(_scalars(_statement("second"))), _proof("first"));
        _refused(other, FurlVerifier.Refused.selector, "the proof of another batch");
    }

    /// Bits of every word, low and high ones: what is still well formed is false.
    function test_every_word_is_bound() public view {
        for (uint256 i = 0; i < WORDS; ++i) {
            for (uint256 bit = 0; bit < 253; bit += 84) {
                uint256 value = _at(i) ^ (1 << bit);
                bytes4 expected = FurlVerifier.Refused.selector;
                if (_isPoint(i)) expected = FurlVerifier.NotOnCurve.selector;
                else if (value >= R) expected = FurlVerifier.NotBelowModulus.selector;
                _refused(_with(i, value), expected, _name("bit", i));
            }
        }
    }

    /// The same number in another form.
    function test_numbers_are_below_their_modulus() public view {
        for (uint256 i = 0; i < WORDS; ++i) {
            uint256 modulus = _isPoint(i) ? Q : R;
            bytes4 expected = _isPoint(i) ? FurlVerifier.NotOnCurve.selector : FurlVerifier.NotBelowModulus.selector;
            for (uint256 value = _at(i) + modulus; value > modulus; value = value + modulus) {
                _refused(_with(i, value), expected, _name("again", i));
                if (value > type(uint256).max - modulus) break;
            }
            _refused(_with(i, modulus), expected, _name("the modulus", i));
            _refused(_with(i, type(uint256).max), expected, _name("the largest", i));
            if (_isPoint(i)) {
                _refused(_with(i, 0), FurlVerifier.NotOnCurve.selector, _name("zero", i));
            } else {
                _refused(_with(i, R - 1), FurlVerifier.Refused.selector, _name("the largest below", i));
                if (_at(i) != 0) _refused(_with(i, 0), FurlVerifier.Refused.selector, _name("zero", i));
            }
        }
    }

    function test_points_are_not_at_infinity() public view {
        for (uint256 i = 0; i < WORDS; ++i) {
            if (!_isX(i)) continue;
            bytes memory data = _with(i, 0);
            assembly {
                mstore(add(add(data, 0x44), mul(i, 0x20)), 0)
            }
            _refused(data, FurlVerifier.Infinity.selector, _name("infinity", i));
        }
    }

    /// Other true points: the negative one, the generator, the next one of the proof.
    function test_points_are_bound() public view {
        for (uint256 i = 0; i < WORDS; ++i) {
            if (!_isX(i)) continue;
            _refused(_with(i + 1, Q - _at(i + 1)), FurlVerifier.Refused.selector, _name("negative", i));
            uint256 next = i + 2 == EVALUATIONS ? PROOF : i + 2 == WORDS ? LAST_POINTS : i + 2;
            uint256[2][2] memory others = [[uint256(1), 2], [_at(next), _at(next + 1)]];
            for (uint256 j = 0; j < 2; ++j) {
                bytes memory data = _with(i, others[j][0]);
                uint256 y = others[j][1];
                assembly {
                    mstore(add(add(data, 0x44), mul(i, 0x20)), y)
                }
                _refused(data, FurlVerifier.Refused.selector, _name("another", i));
            }
        }
    }

    /// Nothing more than the arguments, and nothing less.
    function test_calldata_has_one_length() public view {
        uint256[4] memory more = [uint256(1), 4, 32, 2784];
        for (uint256 i = 0; i < more.length; ++i) {
            (bool ok, bytes memory answer) = _ask(bytes.concat(first, new bytes(more[i])));
            require(!ok, "trailing calldata");
            _equal(answer, abi.encodeWithSelector(FurlVerifier.Length.selector, 2788 + more[i]), "trailing calldata");
        }
        uint256[5] memory lengths = [uint256(2787), 2756, 292, 4, 0];
        for (uint256 i = 0; i < lengths.length; ++i) {
            bytes memory data = first;
            uint256 length = lengths[i];
            assembly {
                mstore(data, length)
            }
            (bool ok,) = _ask(data);
            require(!ok, "short calldata");
        }
    }

    /// Whatever the gas, a true proof is accepted or nothing is said.
    function test_too_little_gas_is_no_answer() public view {
        for (uint256 gas_ = 1_000; gas_ < 320_000; gas_ += 7_919) {
            (bool ok, bytes memory answer) = address(verifier).staticcall{gas: gas_}(first);
            if (ok) _equal(answer, abi.encode(true), "answer");
            bytes memory data = _with(EVALUATIONS, _at(EVALUATIONS) ^ 1);
            (ok,) = address(verifier).staticcall{gas: gas_}(data);
            require(!ok, "a false proof with little gas");
        }
    }

    /// Precompiles that are not there, or wrong: an inverse is checked, and without an answer nothing holds.
    function test_precompiles_are_not_believed() public {
        bytes[3] memory answers = [bytes(""), abi.encode(0), abi.encode(1)];
        for (uint256 i = 0; i < answers.length; ++i) {
            vm.mockCall(address(5), "", answers[i]);
            _refused(first, FurlVerifier.Degenerate.selector, "inverse");
            vm.clearMockedCalls();
        }
        for (uint256 i = 0; i < 2; ++i) {
            vm.mockCall(address(8), "", answers[i]);
            _refused(first, FurlVerifier.Refused.selector, "pairing");
            vm.clearMockedCalls();
        }
        for (uint160 precompile = 6; precompile < 8; ++precompile) {
            vm.mockCall(address(precompile), "", "");
            _refused(first, FurlVerifier.NotOnCurve.selector, "curve");
            vm.clearMockedCalls();
        }
        (bool ok,) = _ask(first);
        require(ok, "with precompiles");
    }

    /// Any bit, anywhere.
    function testFuzz_no_bit_may_change(uint256 bit) public view {
        bit %= 32 * WORDS * 8;
        bytes memory data = first;
        data[4 + bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        (bool ok,) = _ask(data);
        require(!ok, "accepted");
    }

    function test_gas() public {
        (bool ok,) = address(verifier).call(first);
        require(ok, "refused");
        _note("verify", first);
        vm.snapshotValue("verifier_runtime_bytes", address(verifier).code.length);
        require(address(verifier).code.length < 24_576, "EIP-170");
    }
}
