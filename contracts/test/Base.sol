// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// What a call took.
struct Gas {
    uint64 gasLimit;
    uint64 gasTotalUsed;
    uint64 gasMemoryUsed;
    int64 gasRefunded;
    uint64 gasRemaining;
}

/// What forge does for tests.
interface Vm {
    function readFile(string calldata path) external view returns (string memory);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address);
    function prank(address sender) external;
    function chainId(uint256 chain) external;
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool);
    function expectRevert(bytes calldata data) external;
    function mockCall(address to, bytes calldata data, bytes calldata answer) external;
    function clearMockedCalls() external;
    function lastCallGas() external view returns (Gas memory);
    function toString(uint256 value) external pure returns (string memory);
    function snapshotValue(string calldata name, uint256 value) external;
    function expectEmit(address emitter) external;
}

/// What tests are made of.
abstract contract Base {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Unequal(bytes expected, bytes got, string what);

    function _equal(bytes memory got, bytes memory expected, string memory what) internal pure {
        if (keccak256(got) != keccak256(expected)) revert Unequal(expected, got, what);
    }

    function _equal(uint256 got, uint256 expected, string memory what) internal pure {
        _equal(abi.encode(got), abi.encode(expected), what);
    }

    function _equal(bytes32 got, bytes32 expected, string memory what) internal pure {
        _equal(abi.encode(got), abi.encode(expected), what);
    }
}
