// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Furl} from "../src/Furl.sol";

/// Real proofs: of a small circuit that publishes a statement, unless another file is named.
abstract contract Vectors is Base {
    string internal json = vm.readFile(string.concat("test/vectors/", _file(), ".json"));

    /// Which vectors.
    function _file() internal pure virtual returns (string memory) {
        return "small";
    }

    function _statement(string memory name) internal view returns (bytes memory) {
        return vm.parseJsonBytes(json, string.concat(".proofs.", name, ".statement"));
    }

    function _proof(string memory name) internal view returns (bytes memory) {
        return vm.parseJsonBytes(json, string.concat(".proofs.", name, ".proof"));
    }

    /// The bytes from `offset` on, as a word.
    function _word(bytes memory data, uint256 offset) internal pure returns (bytes32 word) {
        assembly {
            word := mload(add(add(data, 0x20), offset))
        }
    }

    /// A number of the statement: `length` bytes, least significant byte first.
    function _number(bytes memory data, uint256 offset, uint256 length) internal pure returns (uint256 number) {
        for (uint256 i = length; i > 0; --i) {
            number = (number << 8) | uint8(data[offset + i - 1]);
        }
    }

    /// The public scalars, from decision 0009, a byte at a time.
    function _scalars(bytes memory statement) internal pure returns (uint256[9] memory scalars) {
        for (uint256 i = 0; i < 8; ++i) {
            scalars[i] = _number(statement, 24 * i, 24);
        }
        scalars[8] = _number(statement, 192, 12);
    }

    /// What the rollup is told of a statement.
    function _claim(bytes memory statement) internal pure returns (Furl.Claim memory) {
        return Furl.Claim({
            separator: _word(statement, 4),
            batch: uint32(_number(statement, 36, 4)),
            oldRoot: _word(statement, 40),
            newRoot: _word(statement, 72),
            count: uint32(_number(statement, 104, 4)),
            fees: _word(statement, 108),
            dataOut: _word(statement, 172)
        });
    }

    /// Notes what the last transaction took, in all and without what is charged before its first instruction.
    function _note(string memory name, bytes memory data) internal {
        uint256 tokens = 0;
        for (uint256 i = 0; i < data.length; ++i) {
            tokens += data[i] == 0 ? 1 : 4;
        }
        uint256 total = vm.lastCallGas().gasTotalUsed;
        vm.snapshotValue(string.concat(name, "_tx_gas"), total);
        vm.snapshotValue(string.concat(name, "_execution_gas"), total - 21_000 - 4 * tokens);
    }
}
