// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated from a verifying key; not to be edited. What the parts do and why: the module `contract` of the crate furl-wrap.
pragma solidity 0.8.37;

/// @title Checks a wrapped proof of Furl.
//// notice
contract FurlVerifier {
    /// Whether the setup's secret is published, so that anything can be proved.
    //// insecure

    /// The hash of the verifying key.
    //// digest

    /// Calldata is longer than the arguments.
    error Length(uint256 got);

    /// A scalar is not below its modulus.
    error NotBelowModulus();

    /// A point is the point at infinity.
    error Infinity();

    /// A challenge is a point of the domain: not to be met by chance.
    error Degenerate();

    /// A point is not on the curve, or a coordinate not below its modulus.
    error NotOnCurve();

    /// The proof is false, or of other scalars, or of another key.
    error Refused();

    // The modulus of scalars, and of coordinates.
    uint256 private constant MODULUS = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    uint256 private constant COORDINATES = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    // Memory, all of it: nothing here allocates. The payload comes first, as it is hashed.
    //// memory

    /// @notice Whether the proof is one of these public scalars. It is, or this reverts.
    function verify(uint256[9] calldata, uint256[78] calldata) external view returns (bool) {
        if (msg.data.length != 0xae4) revert Length(msg.data.length);
        _read();
        _draw();
        _invert();
        _constrain();
        _sum();
        if (!_pair()) revert Refused();
        return true;
    }

    /// The payload, and what can be said of each word by itself.
    function _read() private pure {
        uint256 large;
        uint256 zero;
        assembly {
            let last := sub(MODULUS, 1)
            //// circuit
            calldatacopy(PUBLIC0, 4, 0xae0)
            //// checks
        }
        if (large != 0) revert NotBelowModulus();
        if (zero != 0) revert Infinity();
    }

    /// The challenges. Each hash is written before what comes next: over what was hashed, and is not read again.
    function _draw() private pure {
        assembly {
            let r := MODULUS
            let hash := keccak256(CIRCUIT, sub(POINT_INPUT, CIRCUIT))

            let start := sub(POINT_INPUT, 0x20)
            mstore(start, hash)
            hash := keccak256(start, 0xa0)
            mstore(BETA, mod(hash, r))
            mstore(HASH, hash)
            mstore8(add(HASH, 0x20), 1)
            hash := keccak256(HASH, 0x21)
            mstore(GAMMA, mod(hash, r))

            start := sub(POINT_Z0, 0x20)
            mstore(start, hash)
            hash := keccak256(start, 0x120)
            mstore(Y, mod(hash, r))

            start := sub(POINT_Q0, 0x20)
            mstore(start, hash)
            hash := keccak256(start, 0x120)
            mstore(X, mod(hash, r))

            start := sub(X0_0, 0x20)
            mstore(start, hash)
            hash := keccak256(start, 0x5a0)
            mstore(WITHIN, mod(hash, r))
            mstore(HASH, hash)
            hash := keccak256(HASH, 0x21)
            mstore(AMONG, mod(hash, r))

            // The word before is an evaluation, which is still read.
            mstore(HASH, hash)
            calldatacopy(add(HASH, 0x20), SENT_FOLDED, 0x40)
            mstore(U, mod(keccak256(HASH, 0x60), r))
        }
    }

    /// All that is divided by, inverted at once.
    function _invert() private view {
        bool inverted;
        assembly {
            let r := MODULUS
            let x := mload(X)
            let u := mload(U)
            let power := x
            //// squares
            mstore(POWER, power)
            mstore(VANISHING, add(power, sub(r, 1)))
            //// rows
            //// points
            mstore(OVER_X, x)
            mstore(OVER_VANISHING, mload(VANISHING))

            function inverse(element) -> result {
                mstore(PAIRS, 0x20)
                mstore(add(PAIRS, 0x20), 0x20)
                mstore(add(PAIRS, 0x40), 0x20)
                mstore(add(PAIRS, 0x60), element)
                mstore(add(PAIRS, 0x80), sub(MODULUS, 2))
                mstore(add(PAIRS, 0xa0), MODULUS)
                if staticcall(gas(), 5, PAIRS, 0xc0, 0, 0x20) { result := mload(0) }
            }
            let product := 1
            let element
            //// invert
            inverted := eq(product, 1)
        }
        if (!inverted) revert Degenerate();
    }

    /// What the quotient must be at the point.
    function _constrain() private pure {
        assembly {
            let r := MODULUS
            let vanishing := mload(VANISHING)
            //// lagrange
        }
        assembly {
            let r := MODULUS
            let y := mload(Y)
            let sum := mulmod(y, y, r)
            mstore(Y4, mulmod(sum, sum, r))
            sum := 0
            //// constraints
            mstore(QUOTIENT_0, mulmod(sum, mload(OVER_VANISHING), r))
        }
    }

    /// The sum of points that one pairing is of. Each point of the proof passes a precompile here.
    function _sum() private view {
        bool ok;
        assembly {
            let r := MODULUS
            let within := mload(WITHIN)
            let among := mload(AMONG)
            let total := 0
            //// values
            mstore(CONSTANT, mulmod(total, mload(D0123), r))
        }
        assembly {
            let r := MODULUS
            let within := mload(WITHIN)
            let among := mload(AMONG)
            let power := 1
            let weight := 1
            // Once: a precompile that refuses a point takes most of the gas, and what is left is for the answer.
            for {} 1 {} {
                //// terms
                ok := 1
                break
            }
        }
        if (!ok) revert NotOnCurve();
    }

    /// The equation of pairings.
    function _pair() private view returns (bool holds) {
        assembly {
            mstore(PAIRS, mload(SUM))
            mstore(add(PAIRS, 0x20), mload(add(SUM, 0x20)))
            calldatacopy(add(PAIRS, 0xc0), SENT_OPENING, 0x40)
            mstore(add(PAIRS, 0xe0), sub(COORDINATES, mload(add(PAIRS, 0xe0))))
            //// pairing
            // Where there is no such precompile, nothing is returned, and nothing holds.
            mstore(0, 0)
            let ok := staticcall(gas(), 8, PAIRS, 0x180, 0, 0x20)
            holds := and(ok, eq(mload(0), 1))
        }
    }
}
