// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated from a verifying key; not to be edited. What the parts do and why: the module `contract` of the crate furl-wrap.
pragma solidity 0.8.37;

/// @title Checks a wrapped proof of Furl.
/// @notice For the verifying key with the Keccak-256 hash
/// 0xd1b304faf04db8c0e81b3786563f5c2b5f3e3fc1171e9c440ad4f9487eac5a7a, of 2^18 rows.
/// @notice INSECURE: the secret of this key's setup is published, and whoever reads it can prove anything.
contract FurlVerifier {
    /// Whether the setup's secret is published, so that anything can be proved.
    bool public constant INSECURE = true;

    /// The hash of the verifying key.
    bytes32 public constant KEY = 0xd1b304faf04db8c0e81b3786563f5c2b5f3e3fc1171e9c440ad4f9487eac5a7a;

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
    uint256 private constant CIRCUIT = 0x80;
    uint256 private constant PUBLIC0 = 0xa0;
    uint256 private constant PUBLIC1 = 0xc0;
    uint256 private constant PUBLIC2 = 0xe0;
    uint256 private constant PUBLIC3 = 0x100;
    uint256 private constant PUBLIC4 = 0x120;
    uint256 private constant PUBLIC5 = 0x140;
    uint256 private constant PUBLIC6 = 0x160;
    uint256 private constant PUBLIC7 = 0x180;
    uint256 private constant PUBLIC8 = 0x1a0;
    uint256 private constant POINT_X0 = 0x1c0;
    uint256 private constant POINT_Y0 = 0x200;
    uint256 private constant POINT_X1 = 0x240;
    uint256 private constant POINT_Y1 = 0x280;
    uint256 private constant POINT_L = 0x2c0;
    uint256 private constant POINT_INPUT = 0x300;
    uint256 private constant POINT_TABLE = 0x340;
    uint256 private constant POINT_Z0 = 0x380;
    uint256 private constant POINT_Z1 = 0x3c0;
    uint256 private constant POINT_ZL = 0x400;
    uint256 private constant POINT_RANDOM = 0x440;
    uint256 private constant POINT_Q0 = 0x480;
    uint256 private constant POINT_Q1 = 0x4c0;
    uint256 private constant POINT_Q2 = 0x500;
    uint256 private constant POINT_Q3 = 0x540;
    uint256 private constant X0_0 = 0x580;
    uint256 private constant X0_1 = 0x5a0;
    uint256 private constant X0_2 = 0x5c0;
    uint256 private constant X0_3 = 0x5e0;
    uint256 private constant Y0_0 = 0x600;
    uint256 private constant Y0_1 = 0x620;
    uint256 private constant Y0_2 = 0x640;
    uint256 private constant Y0_3 = 0x660;
    uint256 private constant X1_0 = 0x680;
    uint256 private constant X1_1 = 0x6a0;
    uint256 private constant X1_2 = 0x6c0;
    uint256 private constant X1_3 = 0x6e0;
    uint256 private constant Y1_0 = 0x700;
    uint256 private constant Y1_1 = 0x720;
    uint256 private constant Y1_2 = 0x740;
    uint256 private constant L_0 = 0x760;
    uint256 private constant L_1 = 0x780;
    uint256 private constant L_2 = 0x7a0;
    uint256 private constant L_3 = 0x7c0;
    uint256 private constant L_4 = 0x7e0;
    uint256 private constant P_0 = 0x800;
    uint256 private constant Q_0 = 0x820;
    uint256 private constant R_0 = 0x840;
    uint256 private constant S_0 = 0x860;
    uint256 private constant C0_0 = 0x880;
    uint256 private constant C0_1 = 0x8a0;
    uint256 private constant C1_0 = 0x8c0;
    uint256 private constant C1_1 = 0x8e0;
    uint256 private constant T_0 = 0x900;
    uint256 private constant RANDOM_0 = 0x920;
    uint256 private constant SIGMA0_0 = 0x940;
    uint256 private constant SIGMA1_0 = 0x960;
    uint256 private constant SIGMA2_0 = 0x980;
    uint256 private constant SIGMA3_0 = 0x9a0;
    uint256 private constant Z0_0 = 0x9c0;
    uint256 private constant Z0_1 = 0x9e0;
    uint256 private constant Z0_2 = 0xa00;
    uint256 private constant Z1_0 = 0xa20;
    uint256 private constant Z1_1 = 0xa40;
    uint256 private constant ZL_0 = 0xa60;
    uint256 private constant ZL_1 = 0xa80;
    uint256 private constant INPUT_0 = 0xaa0;
    uint256 private constant INPUT_1 = 0xac0;
    uint256 private constant TABLE_0 = 0xae0;
    uint256 private constant POINT_FOLDED = 0xb00;
    uint256 private constant POINT_OPENING = 0xb40;
    uint256 private constant BETA = 0xb80;
    uint256 private constant GAMMA = 0xba0;
    uint256 private constant Y = 0xbc0;
    uint256 private constant Y4 = 0xbe0;
    uint256 private constant COMMON = 0xc00;
    uint256 private constant X = 0xc20;
    uint256 private constant WITHIN = 0xc40;
    uint256 private constant AMONG = 0xc60;
    uint256 private constant U = 0xc80;
    uint256 private constant POWER = 0xca0;
    uint256 private constant VANISHING = 0xcc0;
    uint256 private constant INSTANCE = 0xce0;
    uint256 private constant FIRST = 0xd00;
    uint256 private constant LAST = 0xd20;
    uint256 private constant ACTIVE = 0xd40;
    uint256 private constant QUOTIENT_0 = 0xd60;
    uint256 private constant CONSTANT = 0xd80;
    uint256 private constant D3 = 0xda0;
    uint256 private constant D23 = 0xdc0;
    uint256 private constant D123 = 0xde0;
    uint256 private constant D0123 = 0xe00;
    uint256 private constant MIX0 = 0xe20;
    uint256 private constant MIX1 = 0xe40;
    uint256 private constant MIX2 = 0xe60;
    uint256 private constant MIX3 = 0xe80;
    uint256 private constant S0 = 0xea0;
    uint256 private constant S1 = 0xec0;
    uint256 private constant S2 = 0xee0;
    uint256 private constant S3 = 0xf00;
    uint256 private constant S4 = 0xf20;
    uint256 private constant S5 = 0xf40;
    uint256 private constant S6 = 0xf60;
    uint256 private constant ROW0 = 0xf80;
    uint256 private constant ROW1 = 0xfa0;
    uint256 private constant ROW2 = 0xfc0;
    uint256 private constant ROW3 = 0xfe0;
    uint256 private constant ROW4 = 0x1000;
    uint256 private constant ROW5 = 0x1020;
    uint256 private constant ROW6 = 0x1040;
    uint256 private constant ROW7 = 0x1060;
    uint256 private constant ROW8 = 0x1080;
    uint256 private constant ROW9 = 0x10a0;
    uint256 private constant ROW10 = 0x10c0;
    uint256 private constant ROW11 = 0x10e0;
    uint256 private constant ROW12 = 0x1100;
    uint256 private constant ROW13 = 0x1120;
    uint256 private constant ROW14 = 0x1140;
    uint256 private constant ROW15 = 0x1160;
    uint256 private constant ROW16 = 0x1180;
    uint256 private constant AT0 = 0x11a0;
    uint256 private constant AT1 = 0x11c0;
    uint256 private constant AT2 = 0x11e0;
    uint256 private constant AT3 = 0x1200;
    uint256 private constant AT4 = 0x1220;
    uint256 private constant AT5 = 0x1240;
    uint256 private constant AT6 = 0x1260;
    uint256 private constant OVER_X = 0x1280;
    uint256 private constant OVER_VANISHING = 0x12a0;
    uint256 private constant BEFORE0 = 0x12c0;
    uint256 private constant BEFORE1 = 0x12e0;
    uint256 private constant BEFORE2 = 0x1300;
    uint256 private constant BEFORE3 = 0x1320;
    uint256 private constant BEFORE4 = 0x1340;
    uint256 private constant BEFORE5 = 0x1360;
    uint256 private constant BEFORE6 = 0x1380;
    uint256 private constant BEFORE7 = 0x13a0;
    uint256 private constant BEFORE8 = 0x13c0;
    uint256 private constant BEFORE9 = 0x13e0;
    uint256 private constant BEFORE10 = 0x1400;
    uint256 private constant BEFORE11 = 0x1420;
    uint256 private constant BEFORE12 = 0x1440;
    uint256 private constant BEFORE13 = 0x1460;
    uint256 private constant BEFORE14 = 0x1480;
    uint256 private constant BEFORE15 = 0x14a0;
    uint256 private constant BEFORE16 = 0x14c0;
    uint256 private constant BEFORE17 = 0x14e0;
    uint256 private constant BEFORE18 = 0x1500;
    uint256 private constant BEFORE19 = 0x1520;
    uint256 private constant BEFORE20 = 0x1540;
    uint256 private constant BEFORE21 = 0x1560;
    uint256 private constant BEFORE22 = 0x1580;
    uint256 private constant BEFORE23 = 0x15a0;
    uint256 private constant BEFORE24 = 0x15c0;
    uint256 private constant BEFORE25 = 0x15e0;
    uint256 private constant SUM = 0x1600;
    uint256 private constant TERM = 0x1640;
    uint256 private constant BASE = 0x1680;
    uint256 private constant SCALAR = 0x16c0;
    uint256 private constant HASH = 0x16e0;
    uint256 private constant PAIRS = 0x1740;
    uint256 private constant SENT_X0 = 0x124;
    uint256 private constant SENT_Y0 = 0x164;
    uint256 private constant SENT_X1 = 0x1a4;
    uint256 private constant SENT_Y1 = 0x1e4;
    uint256 private constant SENT_L = 0x224;
    uint256 private constant SENT_INPUT = 0x264;
    uint256 private constant SENT_TABLE = 0x2a4;
    uint256 private constant SENT_Z0 = 0x2e4;
    uint256 private constant SENT_Z1 = 0x324;
    uint256 private constant SENT_ZL = 0x364;
    uint256 private constant SENT_RANDOM = 0x3a4;
    uint256 private constant SENT_Q0 = 0x3e4;
    uint256 private constant SENT_Q1 = 0x424;
    uint256 private constant SENT_Q2 = 0x464;
    uint256 private constant SENT_Q3 = 0x4a4;
    uint256 private constant SENT_FOLDED = 0xa64;
    uint256 private constant SENT_OPENING = 0xaa4;

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
            mstore(CIRCUIT, 0x0300a3b9dc7b97a06c3af49ae8c6b889ecf239e07a9ca28cb4c5229c7db8a517)
            calldatacopy(PUBLIC0, 4, 0xae0)
            large := or(large, gt(mload(PUBLIC0), last))
            large := or(large, gt(mload(PUBLIC1), last))
            large := or(large, gt(mload(PUBLIC2), last))
            large := or(large, gt(mload(PUBLIC3), last))
            large := or(large, gt(mload(PUBLIC4), last))
            large := or(large, gt(mload(PUBLIC5), last))
            large := or(large, gt(mload(PUBLIC6), last))
            large := or(large, gt(mload(PUBLIC7), last))
            large := or(large, gt(mload(PUBLIC8), last))
            large := or(large, gt(mload(X0_0), last))
            large := or(large, gt(mload(X0_1), last))
            large := or(large, gt(mload(X0_2), last))
            large := or(large, gt(mload(X0_3), last))
            large := or(large, gt(mload(Y0_0), last))
            large := or(large, gt(mload(Y0_1), last))
            large := or(large, gt(mload(Y0_2), last))
            large := or(large, gt(mload(Y0_3), last))
            large := or(large, gt(mload(X1_0), last))
            large := or(large, gt(mload(X1_1), last))
            large := or(large, gt(mload(X1_2), last))
            large := or(large, gt(mload(X1_3), last))
            large := or(large, gt(mload(Y1_0), last))
            large := or(large, gt(mload(Y1_1), last))
            large := or(large, gt(mload(Y1_2), last))
            large := or(large, gt(mload(L_0), last))
            large := or(large, gt(mload(L_1), last))
            large := or(large, gt(mload(L_2), last))
            large := or(large, gt(mload(L_3), last))
            large := or(large, gt(mload(L_4), last))
            large := or(large, gt(mload(P_0), last))
            large := or(large, gt(mload(Q_0), last))
            large := or(large, gt(mload(R_0), last))
            large := or(large, gt(mload(S_0), last))
            large := or(large, gt(mload(C0_0), last))
            large := or(large, gt(mload(C0_1), last))
            large := or(large, gt(mload(C1_0), last))
            large := or(large, gt(mload(C1_1), last))
            large := or(large, gt(mload(T_0), last))
            large := or(large, gt(mload(RANDOM_0), last))
            large := or(large, gt(mload(SIGMA0_0), last))
            large := or(large, gt(mload(SIGMA1_0), last))
            large := or(large, gt(mload(SIGMA2_0), last))
            large := or(large, gt(mload(SIGMA3_0), last))
            large := or(large, gt(mload(Z0_0), last))
            large := or(large, gt(mload(Z0_1), last))
            large := or(large, gt(mload(Z0_2), last))
            large := or(large, gt(mload(Z1_0), last))
            large := or(large, gt(mload(Z1_1), last))
            large := or(large, gt(mload(ZL_0), last))
            large := or(large, gt(mload(ZL_1), last))
            large := or(large, gt(mload(INPUT_0), last))
            large := or(large, gt(mload(INPUT_1), last))
            large := or(large, gt(mload(TABLE_0), last))
            zero := or(zero, iszero(or(mload(POINT_X0), mload(add(POINT_X0, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_Y0), mload(add(POINT_Y0, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_X1), mload(add(POINT_X1, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_Y1), mload(add(POINT_Y1, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_L), mload(add(POINT_L, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_INPUT), mload(add(POINT_INPUT, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_TABLE), mload(add(POINT_TABLE, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_Z0), mload(add(POINT_Z0, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_Z1), mload(add(POINT_Z1, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_ZL), mload(add(POINT_ZL, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_RANDOM), mload(add(POINT_RANDOM, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_Q0), mload(add(POINT_Q0, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_Q1), mload(add(POINT_Q1, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_Q2), mload(add(POINT_Q2, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_Q3), mload(add(POINT_Q3, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_FOLDED), mload(add(POINT_FOLDED, 0x20)))))
            zero := or(zero, iszero(or(mload(POINT_OPENING), mload(add(POINT_OPENING, 0x20)))))
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
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            power := mulmod(power, power, r)
            mstore(POWER, power)
            mstore(VANISHING, add(power, sub(r, 1)))
            mstore(ROW0, add(x, 0x10fc922d6c46b0cb554631ef715f3e1eeaeac9ee7bdeb59e21fc86574726e9dd))
            mstore(ROW1, add(x, 0x203aa9251f23fe24cfff626917b211a378a0447892958772ee8ef7f653aafd58))
            mstore(ROW2, add(x, 0x1aba8b3873fce72e29f405c0696c8e0c5fbafb33bda1974d170c346c30cc0294))
            mstore(ROW3, add(x, 0x00a47f31a799a9a879f944a52871224545e82bc44ace57b7b0802c5af290eb5d))
            mstore(ROW4, add(x, 0x23713b8a920d4a1669cf1d903a441a61d0b8bc4abf4345d6bb2d7a1feb8d3e11))
            mstore(ROW5, add(x, 0x0d60c887d0fcaa9adf4a6ddb85c1f582a3cdca6220c2edea2a09722b661fb7aa))
            mstore(ROW6, add(x, 0x172ec7985a04c12ab612db045b474541e0b30cc000fb3455c452f3f7e9034f06))
            mstore(ROW7, add(x, 0x2252e8a0bf86094f8c9b55d4c885631b72a6e7b70634cc757d36934682c1d48b))
            mstore(ROW8, add(x, 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000))
            mstore(ROW9, add(x, 0x21038574dd1cd4963e9d722419ecf8f15226e1a827a34d761d37f89b62240143))
            mstore(ROW10, add(x, 0x00177c8b4437451ab301ad9c5993e15640497d41d1c709a1b629dbd2763d3c17))
            mstore(ROW11, add(x, 0x127c6e85f9133005d9f93c45b8e09dcb6e5dd617474c1cee932d4c81bf512d4c))
            mstore(ROW12, add(x, 0x2691822789aea440946baae8421ce219823e0f4cf0b0545689249d72bca7b4d8))
            mstore(ROW13, add(x, 0x08cf8ccdaa98836592d544aab1dd73b5f9d21f2d5ec5931d8561f126579f4a8f))
            mstore(ROW14, add(x, 0x14c685499e71f28bf395909aff7724a0da8d4ab58d5db56bd58c07a7ca1c4fa6))
            mstore(ROW15, add(x, 0x123f97c2ac3d11d8f96e91fd56db6f804099a72f7193a7a5bff67e3bc47635b0))
            mstore(ROW16, add(x, 0x04e66e8ea8f512a9531f8c69506089ed5ce2cfd694e5262b533524da85756bd3))
            mstore(AT0, add(u, sub(r, x)))
            mstore(AT1, add(u, mulmod(x, 0x21038574dd1cd4963e9d722419ecf8f15226e1a827a34d761d37f89b62240143, r)))
            mstore(AT2, add(u, mulmod(x, 0x00177c8b4437451ab301ad9c5993e15640497d41d1c709a1b629dbd2763d3c17, r)))
            mstore(AT3, add(u, mulmod(x, 0x127c6e85f9133005d9f93c45b8e09dcb6e5dd617474c1cee932d4c81bf512d4c, r)))
            mstore(AT4, add(u, mulmod(x, 0x2691822789aea440946baae8421ce219823e0f4cf0b0545689249d72bca7b4d8, r)))
            mstore(AT5, add(u, mulmod(x, 0x2252e8a0bf86094f8c9b55d4c885631b72a6e7b70634cc757d36934682c1d48b, r)))
            mstore(AT6, add(u, mulmod(x, 0x10fc922d6c46b0cb554631ef715f3e1eeaeac9ee7bdeb59e21fc86574726e9dd, r)))
            mstore(D3, mload(AT3))
            mstore(D23, mulmod(mload(AT2), mload(D3), r))
            mstore(D123, mulmod(mload(AT1), mload(D23), r))
            mstore(D0123, mulmod(mload(AT0), mload(D123), r))
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
            mstore(BEFORE0, product)
            product := mulmod(product, mload(ROW0), r)
            mstore(BEFORE1, product)
            product := mulmod(product, mload(ROW1), r)
            mstore(BEFORE2, product)
            product := mulmod(product, mload(ROW2), r)
            mstore(BEFORE3, product)
            product := mulmod(product, mload(ROW3), r)
            mstore(BEFORE4, product)
            product := mulmod(product, mload(ROW4), r)
            mstore(BEFORE5, product)
            product := mulmod(product, mload(ROW5), r)
            mstore(BEFORE6, product)
            product := mulmod(product, mload(ROW6), r)
            mstore(BEFORE7, product)
            product := mulmod(product, mload(ROW7), r)
            mstore(BEFORE8, product)
            product := mulmod(product, mload(ROW8), r)
            mstore(BEFORE9, product)
            product := mulmod(product, mload(ROW9), r)
            mstore(BEFORE10, product)
            product := mulmod(product, mload(ROW10), r)
            mstore(BEFORE11, product)
            product := mulmod(product, mload(ROW11), r)
            mstore(BEFORE12, product)
            product := mulmod(product, mload(ROW12), r)
            mstore(BEFORE13, product)
            product := mulmod(product, mload(ROW13), r)
            mstore(BEFORE14, product)
            product := mulmod(product, mload(ROW14), r)
            mstore(BEFORE15, product)
            product := mulmod(product, mload(ROW15), r)
            mstore(BEFORE16, product)
            product := mulmod(product, mload(ROW16), r)
            mstore(BEFORE17, product)
            product := mulmod(product, mload(AT0), r)
            mstore(BEFORE18, product)
            product := mulmod(product, mload(AT1), r)
            mstore(BEFORE19, product)
            product := mulmod(product, mload(AT2), r)
            mstore(BEFORE20, product)
            product := mulmod(product, mload(AT3), r)
            mstore(BEFORE21, product)
            product := mulmod(product, mload(AT4), r)
            mstore(BEFORE22, product)
            product := mulmod(product, mload(AT5), r)
            mstore(BEFORE23, product)
            product := mulmod(product, mload(AT6), r)
            mstore(BEFORE24, product)
            product := mulmod(product, mload(OVER_X), r)
            mstore(BEFORE25, product)
            product := mulmod(product, mload(OVER_VANISHING), r)
            product := inverse(product)
            element := mload(OVER_VANISHING)
            mstore(OVER_VANISHING, mulmod(product, mload(BEFORE25), r))
            product := mulmod(product, element, r)
            element := mload(OVER_X)
            mstore(OVER_X, mulmod(product, mload(BEFORE24), r))
            product := mulmod(product, element, r)
            element := mload(AT6)
            mstore(AT6, mulmod(product, mload(BEFORE23), r))
            product := mulmod(product, element, r)
            element := mload(AT5)
            mstore(AT5, mulmod(product, mload(BEFORE22), r))
            product := mulmod(product, element, r)
            element := mload(AT4)
            mstore(AT4, mulmod(product, mload(BEFORE21), r))
            product := mulmod(product, element, r)
            element := mload(AT3)
            mstore(AT3, mulmod(product, mload(BEFORE20), r))
            product := mulmod(product, element, r)
            element := mload(AT2)
            mstore(AT2, mulmod(product, mload(BEFORE19), r))
            product := mulmod(product, element, r)
            element := mload(AT1)
            mstore(AT1, mulmod(product, mload(BEFORE18), r))
            product := mulmod(product, element, r)
            element := mload(AT0)
            mstore(AT0, mulmod(product, mload(BEFORE17), r))
            product := mulmod(product, element, r)
            element := mload(ROW16)
            mstore(ROW16, mulmod(product, mload(BEFORE16), r))
            product := mulmod(product, element, r)
            element := mload(ROW15)
            mstore(ROW15, mulmod(product, mload(BEFORE15), r))
            product := mulmod(product, element, r)
            element := mload(ROW14)
            mstore(ROW14, mulmod(product, mload(BEFORE14), r))
            product := mulmod(product, element, r)
            element := mload(ROW13)
            mstore(ROW13, mulmod(product, mload(BEFORE13), r))
            product := mulmod(product, element, r)
            element := mload(ROW12)
            mstore(ROW12, mulmod(product, mload(BEFORE12), r))
            product := mulmod(product, element, r)
            element := mload(ROW11)
            mstore(ROW11, mulmod(product, mload(BEFORE11), r))
            product := mulmod(product, element, r)
            element := mload(ROW10)
            mstore(ROW10, mulmod(product, mload(BEFORE10), r))
            product := mulmod(product, element, r)
            element := mload(ROW9)
            mstore(ROW9, mulmod(product, mload(BEFORE9), r))
            product := mulmod(product, element, r)
            element := mload(ROW8)
            mstore(ROW8, mulmod(product, mload(BEFORE8), r))
            product := mulmod(product, element, r)
            element := mload(ROW7)
            mstore(ROW7, mulmod(product, mload(BEFORE7), r))
            product := mulmod(product, element, r)
            element := mload(ROW6)
            mstore(ROW6, mulmod(product, mload(BEFORE6), r))
            product := mulmod(product, element, r)
            element := mload(ROW5)
            mstore(ROW5, mulmod(product, mload(BEFORE5), r))
            product := mulmod(product, element, r)
            element := mload(ROW4)
            mstore(ROW4, mulmod(product, mload(BEFORE4), r))
            product := mulmod(product, element, r)
            element := mload(ROW3)
            mstore(ROW3, mulmod(product, mload(BEFORE3), r))
            product := mulmod(product, element, r)
            element := mload(ROW2)
            mstore(ROW2, mulmod(product, mload(BEFORE2), r))
            product := mulmod(product, element, r)
            element := mload(ROW1)
            mstore(ROW1, mulmod(product, mload(BEFORE1), r))
            product := mulmod(product, element, r)
            element := mload(ROW0)
            mstore(ROW0, mulmod(product, mload(BEFORE0), r))
            product := mulmod(product, element, r)
            inverted := eq(product, 1)
        }
        if (!inverted) revert Degenerate();
    }

    /// What the quotient must be at the point.
    function _constrain() private pure {
        assembly {
            let r := MODULUS
            let vanishing := mload(VANISHING)
            mstore(FIRST, mulmod(vanishing, mulmod(mload(ROW8), 0x30644259cd94e7dd5045d7a27013b7fcd21c9e3b7fa75222e7bda49b729b0401, r), r))
            mstore(LAST, mulmod(vanishing, mulmod(mload(ROW0), 0x233f6779de1619aa7f2698b986dff15c4912f637e9b7d0738d9582effff3ba37, r), r))
            let sum
            sum := mulmod(mload(ROW1), 0x242b102b66526561eefe9afabd54bc74abe15d960a0c1aa2d095a87e21c50b16, r)
            sum := add(sum, mulmod(mload(ROW2), 0x001f29f7ed3d07fd0118413fed315e02d087d185f7e9851d27cd7ae03b3ea3cd, r))
            sum := add(sum, mulmod(mload(ROW3), 0x0b1f69f3dd50ad5cf46c4acba5e267ea5ede7ecb6f9349f93997994135eccf5c, r))
            sum := add(sum, mulmod(mload(ROW4), 0x0f07eb2aab7481cc8ae8a2878e1b42c59eef9550edee6bf869885d786634c11d, r))
            sum := addmod(sum, mulmod(mload(ROW5), 0x2cf92d2a049444fcab32ee3f361b7e59322cb8a3ec7ba5635d6e54530ca87e79, r), r)
            sum := add(sum, mulmod(mload(ROW6), 0x28073aae498b0783c2284c9d676f6847413c33830bebd93383aa9b9f5123edc0, r))
            sum := add(sum, mulmod(mload(ROW7), 0x162460e36cdb8fce0c92919b0a40ff8ff93e118b2d8a84d138a0dcdb0db33350, r))
            mstore(ACTIVE, addmod(1, sub(mul(r, 2), add(mulmod(vanishing, sum, r), mload(LAST))), r))
            sum := mulmod(mulmod(mload(ROW8), 0x30644259cd94e7dd5045d7a27013b7fcd21c9e3b7fa75222e7bda49b729b0401, r), mload(PUBLIC0), r)
            sum := add(sum, mulmod(mulmod(mload(ROW9), 0x000f3b62dd5f5120100353aaa0c85311612619d5cc725b556e74a23838431b77, r), mload(PUBLIC1), r))
            sum := add(sum, mulmod(mulmod(mload(ROW10), 0x0ef00a7057700e3c6789fc9077693c87832a1bc675e0813558cd9391742e0671, r), mload(PUBLIC2), r))
            sum := add(sum, mulmod(mulmod(mload(ROW11), 0x0e3d0ee1fb970ebe5a84cff4c30b739ac988624a15a2f94706c09069a326602c, r), mload(PUBLIC3), r))
            sum := addmod(sum, mulmod(mulmod(mload(ROW12), 0x2cd70824862c8f52bf5f0c5dbfa9ff8fa958286e94271e282566dfba9b07f0d7, r), mload(PUBLIC4), r), r)
            sum := add(sum, mulmod(mulmod(mload(ROW13), 0x27d13a4f8782d63a4b0819d2fc8ec48153a38d4ac06aa30385d325e3b3f72e19, r), mload(PUBLIC5), r))
            sum := add(sum, mulmod(mulmod(mload(ROW14), 0x03c3901e732cae0a3218957ebd6cf92b39cbcef26c7666a7872e3a7077557579, r), mload(PUBLIC6), r))
            sum := add(sum, mulmod(mulmod(mload(ROW15), 0x1abba4f6788eab1747a7b9e749d38a85ba917caf7fd2a0d695c2a798760a4ee3, r), mload(PUBLIC7), r))
            sum := addmod(sum, mulmod(mulmod(mload(ROW16), 0x11318640c7dc94434604da78eca97561d8b718111a1fec64273441d0425912a3, r), mload(PUBLIC8), r), r)
            mstore(INSTANCE, mulmod(vanishing, sum, r))
        }
        assembly {
            let r := MODULUS
            let y := mload(Y)
            let sum := mulmod(y, y, r)
            mstore(Y4, mulmod(sum, sum, r))
            sum := 0
            mstore(S0, mulmod(mload(X0_0), mulmod(mload(Y0_0), mload(Y0_0), r), r))
            mstore(S1, mulmod(mload(X1_0), mulmod(mload(Y1_0), mload(Y1_0), r), r))
            mstore(S2, mulmod(mload(X0_1), mulmod(mload(Y0_1), mload(Y0_1), r), r))
            mstore(S3, mulmod(mload(X1_1), mulmod(mload(Y1_1), mload(Y1_1), r), r))
            mstore(S4, mulmod(mload(X0_2), mulmod(mload(Y0_2), mload(Y0_2), r), r))
            mstore(S5, mulmod(mload(X1_2), mulmod(mload(Y1_2), mload(Y1_2), r), r))
            mstore(S6, mulmod(mload(X0_3), mulmod(mload(Y0_3), mload(Y0_3), r), r))
            mstore(COMMON, add(add(mload(X1_3), sub(r, mload(C1_1))), mulmod(y, add(add(mload(X0_3), sub(r, mload(C0_1))), mulmod(y, add(add(mload(X1_2), sub(r, mload(C1_0))), mulmod(y, add(mload(X0_2), sub(r, mload(C0_0))), r)), r)), r)))
            mstore(MIX0, add(0x0000000000000000000000000000000000000000000000000000000000000001, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000001, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000004, mulmod(y, 0x0000000000000000000000000000000000000000000000000000000000000005, r)), r)), r)))
            mstore(MIX1, add(0x0000000000000000000000000000000000000000000000000000000000000001, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000003, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000006, mulmod(y, 0x0000000000000000000000000000000000000000000000000000000000000007, r)), r)), r)))
            mstore(MIX2, add(0x0000000000000000000000000000000000000000000000000000000000000004, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000005, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000001, mulmod(y, 0x0000000000000000000000000000000000000000000000000000000000000001, r)), r)), r)))
            mstore(MIX3, add(0x0000000000000000000000000000000000000000000000000000000000000006, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000007, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000001, mulmod(y, 0x0000000000000000000000000000000000000000000000000000000000000003, r)), r)), r)))
            let next
            next := addmod(add(mulmod(mload(MIX1), mload(S1), r), mulmod(mload(MIX0), mload(S0), r)), add(mulmod(mload(MIX3), mload(S3), r), mulmod(mload(MIX2), mload(S2), r)), r)
            sum := add(mulmod(sum, mload(Y4), r), mulmod(mulmod(mload(P_0), add(2, sub(r, mload(P_0))), r), add(mload(COMMON), sub(r, next)), r))
            next := addmod(add(mulmod(0x05b4f1252edcd0668ab5e41cf53e0480ed4b4810b4a95d82c8680119c5f048b0, add(mload(S5), mulmod(y, add(mload(S4), mulmod(y, add(mload(S3), mulmod(y, mload(S2), r)), r)), r)), r), add(mulmod(0x1fe98fa1b77f7c3590ff206a93a84a8ca780856ca23731c35b6fb000e42fe7ca, add(mload(S4), mulmod(y, add(mload(S3), mulmod(y, add(mload(S2), mulmod(y, mload(S1), r)), r)), r)), r), mulmod(0x03b29be0455b7a7d22065601255af0a415d63a5190641df5c0aee586874346ef, add(mload(S3), mulmod(y, add(mload(S2), mulmod(y, add(mload(S1), mulmod(y, mload(S0), r)), r)), r)), r))), add(mulmod(0x2ea860f5f9d62cc5e23f9b16056bed319ee012b5eebb7a0c2c2e0913fc6562ae, add(mload(X0_3), mulmod(y, add(mload(X1_2), mulmod(y, add(mload(X0_2), mulmod(y, mload(X1_1), r)), r)), r)), r), add(mulmod(0x222fc2380b603ecdaa1244db683475c735f5e7e8c6ad422e3bc7da244d1b5f82, add(mload(X1_2), mulmod(y, add(mload(X0_2), mulmod(y, add(mload(X1_1), mulmod(y, mload(X0_1), r)), r)), r)), r), add(mulmod(0x0cf863bc4f12c74a81ac966f8d331c70aed32780800133fd64e33a1221a2ad98, add(mload(X0_2), mulmod(y, add(mload(X1_1), mulmod(y, add(mload(X0_1), mulmod(y, mload(X1_0), r)), r)), r)), r), mulmod(0x10dc6e9c006ea38b04b1e03b4bd9490c0d03f98929ca1d7fb56821fd19d3b6e8, add(mload(S6), mulmod(y, add(mload(S5), mulmod(y, add(mload(S4), mulmod(y, mload(S3), r)), r)), r)), r)))), r)
            sum := add(mulmod(sum, mload(Y4), r), mulmod(mulmod(mload(P_0), add(1, sub(r, mload(P_0))), r), add(mload(COMMON), sub(r, next)), r))
            next := addmod(add(mulmod(mload(S2), add(0x117ae8a969365d138352c7527916b4a0a61a1ed683ed9d1c8f596817785f9b4d, mulmod(y, add(0x0550a6f03d6e49f90ef7e41cf8432026e76541b5300c1d505bd7162518a2dabb, mulmod(y, add(0x000000000000000000000000000000000000000000000000000000000000000a, mulmod(y, 0x0000000000000000000000000000000000000000000000000000000000000001, r)), r)), r)), r), add(mulmod(mload(S1), add(0x15de8f0f58c3ced91521ce2c126064dba7c8d566aa78a32e771ce526ba61c154, mulmod(y, add(0x0b50c0dfbbbd72d9dd9e5b70d213b634b415224de5635543ce8f33faca62ff28, mulmod(y, add(0x000000000000000000000000000000000000000000000000000000000000000a, mulmod(y, 0x0000000000000000000000000000000000000000000000000000000000000007, r)), r)), r)), r), mulmod(mload(S0), add(0x182595139e382a03d6f191ccd604d003e22f5fb5a7e6637eb16924858b59b449, mulmod(y, add(0x22bc4f9557732a562dcc70d16d0c47f5444af071f39adc08e18dbdef2974bedd, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000006, mulmod(y, 0x0000000000000000000000000000000000000000000000000000000000000005, r)), r)), r)), r))), add(mulmod(mload(S6), 0x10dc6e9c006ea38b04b1e03b4bd9490c0d03f98929ca1d7fb56821fd19d3b6e8, r), add(mulmod(mload(S5), add(0x0000000000000000000000000000000000000000000000000000000000000003, mulmod(y, 0x10dc6e9c006ea38b04b1e03b4bd9490c0d03f98929ca1d7fb56821fd19d3b6e8, r)), r), add(mulmod(mload(S4), add(0x2ea860f5f9d62cc5e23f9b16056bed319ee012b5eebb7a0c2c2e0913fc6562b4, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000003, mulmod(y, 0x10dc6e9c006ea38b04b1e03b4bd9490c0d03f98929ca1d7fb56821fd19d3b6e8, r)), r)), r), mulmod(mload(S3), add(0x26e3321be77b0a7263842d5186eb7fd251cdcae7a3ae37e33691a95fe4cd65b1, mulmod(y, add(0x19ecf1b27b5f44df18936cf13b832ac1c932502aea0e69ce1f7ac119b8b8b806, mulmod(y, add(0x000000000000000000000000000000000000000000000000000000000000000e, mulmod(y, 0x0000000000000000000000000000000000000000000000000000000000000003, r)), r)), r)), r)))), r)
            sum := add(mulmod(sum, mload(Y4), r), mulmod(mulmod(mload(Q_0), add(2, sub(r, mload(Q_0))), r), add(mload(COMMON), sub(r, next)), r))
            next := addmod(add(mulmod(mload(X1_0), add(0x064afb09018339587aac3d8d4b9244122c05b27cd59de00db2485bf0c0108017, mulmod(y, add(0x1adfdc4b624947c05a240ec15338393216d194cc693dbc10c97696b61662ff58, mulmod(y, add(0x224a28d6b15698385cdfb66e93c9e2ae87942fc84b800b3744dec7e436a21b38, mulmod(y, 0x0cf863bc4f12c74a81ac966f8d331c70aed32780800133fd64e33a1221a2ad98, r)), r)), r)), r), add(mulmod(mload(S1), add(0x14ec716fb2a8f4484d928c483bd67a8167562acc9937222f4f5c8e9d805ec986, mulmod(y, add(0x03f1e1d24386c01ae4a2b0afabd991f468b88a7d04b7d081c7450be47c1d9467, mulmod(y, add(0x01ea2ebadd9d411189d7a194f1c2e83dae75c4dec5895afc3dadb3ab701f334c, mulmod(y, 0x1fe98fa1b77f7c3590ff206a93a84a8ca780856ca23731c35b6fb000e42fe7ca, r)), r)), r)), r), add(mulmod(mload(X0_0), add(0x0000000000000000000000000000000000000000000000000000000000000000, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000000, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000000, mulmod(y, 0x0000000000000000000000000000000000000000000000000000000000000000, r)), r)), r)), r), mulmod(mload(S0), add(0x017cf284f46f1673c820dbdf47b45d5a5e9d3be76a392b9e1b09ba9291722309, mulmod(y, add(0x20b4b7dde9fb5e4aad107846478ef8177ef456d756bb32aa9d933bb1f906a073, mulmod(y, add(0x0a70c78e61573e99db03757b63e33d3f57ba6264d81d8aea0877dc46ff7f79e5, mulmod(y, 0x03b29be0455b7a7d22065601255af0a415d63a5190641df5c0aee586874346ef, r)), r)), r)), r)))), add(mulmod(mload(X1_1), add(0x01a4b4ae859d2d34b3b579d0806d792d91f3485a723079b00e970d9fec1123f0, mulmod(y, add(0x2096501be4ffb0df7fd8f5ae4fa09e5a9fbf542bb11e46ed9160735682684ce2, mulmod(y, add(0x0d12d1d097d684662ad537feb4a5ce06c8d6eca9b00576e842fa2b7a8a553deb, mulmod(y, 0x2ea860f5f9d62cc5e23f9b16056bed319ee012b5eebb7a0c2c2e0913fc6562ae, r)), r)), r)), r), add(mulmod(mload(S3), add(0x0000000000000000000000000000000000000000000000000000000000000001, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000001, mulmod(y, add(0x0000000000000000000000000000000000000000000000000000000000000001, mulmod(y, 0x10dc6e9c006ea38b04b1e03b4bd9490c0d03f98929ca1d7fb56821fd19d3b6e8, r)), r)), r)), r), add(mulmod(mload(X0_1), add(0x26856399bcbb4617989e9915e6de6b0b1c249483372ae3692f4d03e3aaea76a7, mulmod(y, add(0x049316cb3affc3b029f022418864b9879dca16656f1ed9c7f6c8d31b8dd2f4da, mulmod(y, add(0x28f09700bac81319cc36cbdc6561c029b843f7926b0da83207aa42b194c12d43, mulmod(y, 0x222fc2380b603ecdaa1244db683475c735f5e7e8c6ad422e3bc7da244d1b5f82, r)), r)), r)), r), mulmod(mload(S2), add(0x0fcc87a502d35bdc6668ae77f13be7d2aa2e3f77966ee4a66bce0b3164a96f8b, mulmod(y, add(0x2d46ff2a2d0b4fa8a5f98dd1dfdafe1166b0cb3bea1968b2a649afa724a49c3f, mulmod(y, add(0x054394503ca1721c158f123b69970d3325744a6981b9c621fdb65336c6abc8e1, mulmod(y, 0x05b4f1252edcd0668ab5e41cf53e0480ed4b4810b4a95d82c8680119c5f048b0, r)), r)), r)), r)))), r)
            sum := add(mulmod(sum, mload(Y4), r), mulmod(mulmod(mload(Q_0), add(1, sub(r, mload(Q_0))), r), add(mload(COMMON), sub(r, next)), r))
            sum := add(mulmod(sum, y, r), mulmod(mulmod(mulmod(mload(R_0), add(2, sub(r, mload(R_0))), r), add(3, sub(r, mload(R_0))), r), add(mload(Y1_0), sub(r, addmod(add(add(mulmod(mload(X0_0), mload(Y0_0), r), mulmod(mload(C0_0), mload(X1_0), r)), mload(C1_0)), mload(INSTANCE), r))), r))
            next := mulmod(mulmod(mload(R_0), add(1, sub(r, mload(R_0))), r), add(3, sub(r, mload(R_0))), r)
            sum := add(mulmod(sum, y, r), mulmod(next, add(mload(Y0_0), sub(r, mulmod(mload(X0_0), mload(X0_0), r))), r))
            sum := add(mulmod(sum, y, r), mulmod(next, add(mload(Y1_0), sub(r, mulmod(mload(X1_0), mload(X1_0), r))), r))
            next := addmod(add(mulmod(mload(MIX1), add(mload(X1_0), mload(Y1_0)), r), mulmod(mload(MIX0), add(mload(X0_0), mload(Y0_0)), r)), add(mulmod(mload(MIX3), mload(X1_1), r), mulmod(mload(MIX2), add(mload(X0_1), mload(Y0_1)), r)), r)
            sum := add(mulmod(sum, mload(Y4), r), mulmod(mulmod(mulmod(mload(R_0), add(1, sub(r, mload(R_0))), r), add(2, sub(r, mload(R_0))), r), add(mload(COMMON), sub(r, next)), r))
            {
            let low := mulmod(add(mload(L_0), mulmod(mload(L_1), 0x10000, r)), 1, r)
            let high := mulmod(add(mload(L_2), mulmod(mload(L_3), 0x10000, r)), 1, r)
            sum := add(mulmod(sum, y, r), mulmod(mulmod(mload(S_0), add(2, sub(r, mload(S_0))), r), add(mload(X1_0), sub(r, addmod(add(low, mulmod(high, 0x100000000, r)), mulmod(mload(L_4), 0x10000000000000000, r), r))), r))
            next := mulmod(mload(S_0), add(1, sub(r, mload(S_0))), r)
            sum := add(mulmod(sum, y, r), mulmod(next, add(mload(X1_0), sub(r, addmod(low, mulmod(high, 0x100000000, r), r))), r))
            sum := add(mulmod(sum, y, r), mulmod(next, mulmod(low, add(1, sub(r, mulmod(add(high, sub(r, 0xffffffff)), mload(Y1_0), r))), r), r))
            sum := add(mulmod(sum, y, r), mulmod(next, add(add(mload(Y0_0), sub(r, mload(X0_0))), sub(r, mulmod(mload(C0_0), mload(X1_0), r))), r))
            }
            {
            sum := add(mulmod(sum, y, r), mulmod(mload(FIRST), add(1, sub(r, mload(Z0_0))), r))
            sum := add(mulmod(sum, y, r), mulmod(mload(LAST), add(mulmod(mload(Z1_0), mload(Z1_0), r), sub(r, mload(Z1_0))), r))
            sum := add(mulmod(sum, y, r), mulmod(mload(FIRST), add(mload(Z1_0), sub(r, mload(Z0_2))), r))
            let beta := mload(BETA)
            let gamma := mload(GAMMA)
            let left
            let place := mulmod(beta, mload(X), r)
            left := mload(Z0_1)
            next := mload(Z0_0)
            left := mulmod(left, add(add(mload(X0_0), gamma), mulmod(beta, mload(SIGMA0_0), r)), r)
            next := mulmod(next, add(add(mload(X0_0), gamma), place), r)
            place := mulmod(place, 0x09226b6e22c6f0ca64ec26aad4c86e715b5f898e5e963f25870e56bbe533e9a2, r)
            left := mulmod(left, add(add(mload(Y0_0), gamma), mulmod(beta, mload(SIGMA1_0), r)), r)
            next := mulmod(next, add(add(mload(Y0_0), gamma), place), r)
            place := mulmod(place, 0x09226b6e22c6f0ca64ec26aad4c86e715b5f898e5e963f25870e56bbe533e9a2, r)
            left := mulmod(left, add(add(mload(X1_0), gamma), mulmod(beta, mload(SIGMA2_0), r)), r)
            next := mulmod(next, add(add(mload(X1_0), gamma), place), r)
            place := mulmod(place, 0x09226b6e22c6f0ca64ec26aad4c86e715b5f898e5e963f25870e56bbe533e9a2, r)
            sum := add(mulmod(sum, y, r), mulmod(mload(ACTIVE), add(left, sub(r, next)), r))
            left := mload(Z1_1)
            next := mload(Z1_0)
            left := mulmod(left, add(add(mload(Y1_0), gamma), mulmod(beta, mload(SIGMA3_0), r)), r)
            next := mulmod(next, add(add(mload(Y1_0), gamma), place), r)
            sum := add(mulmod(sum, y, r), mulmod(mload(ACTIVE), add(left, sub(r, next)), r))
            sum := add(mulmod(sum, y, r), mulmod(mload(FIRST), add(1, sub(r, mload(ZL_0))), r))
            sum := add(mulmod(sum, y, r), mulmod(mload(LAST), add(mulmod(mload(ZL_0), mload(ZL_0), r), sub(r, mload(ZL_0))), r))
            sum := add(mulmod(sum, y, r), mulmod(mload(ACTIVE), add(mulmod(mload(ZL_1), mulmod(add(mload(INPUT_0), beta), add(mload(TABLE_0), gamma), r), r), sub(r, mulmod(mload(ZL_0), mulmod(add(mload(L_0), beta), add(mload(T_0), gamma), r), r))), r))
            next := add(mload(INPUT_0), sub(r, mload(TABLE_0)))
            sum := add(mulmod(sum, y, r), mulmod(mload(FIRST), next, r))
            sum := add(mulmod(sum, y, r), mulmod(mload(ACTIVE), mulmod(next, add(mload(INPUT_0), sub(r, mload(INPUT_1))), r), r))
            }
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
            let over1 := mload(OVER_X)
            let over2 := mulmod(over1, over1, r)
            let over3 := mulmod(over2, over1, r)
            let over4 := mulmod(over2, over2, r)
            let value
            let folded
            folded := mload(RANDOM_0)
            folded := add(mload(QUOTIENT_0), mulmod(within, folded, r))
            folded := add(mload(SIGMA3_0), mulmod(within, folded, r))
            folded := add(mload(SIGMA2_0), mulmod(within, folded, r))
            folded := add(mload(SIGMA1_0), mulmod(within, folded, r))
            folded := add(mload(SIGMA0_0), mulmod(within, folded, r))
            folded := add(mload(T_0), mulmod(within, folded, r))
            folded := add(mload(S_0), mulmod(within, folded, r))
            folded := add(mload(R_0), mulmod(within, folded, r))
            folded := add(mload(Q_0), mulmod(within, folded, r))
            folded := add(mload(P_0), mulmod(within, folded, r))
            folded := add(mload(TABLE_0), mulmod(within, folded, r))
            value := mulmod(folded, mload(AT0), r)
            total := add(mulmod(total, among, r), value)
            folded := mload(INPUT_0)
            value := mulmod(folded, mulmod(mload(AT0), 0x0803c63a6fe747e96e730d3f0f701a04a24c11e930ec8c80d7e625003dda2629, r), r)
            folded := mload(INPUT_1)
            value := add(value, mulmod(folded, mulmod(mload(AT5), 0x28608838714a584049dd387772113e5885e7d65f48cce4106bfbd093b225d9d8, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over1, r))
            folded := mload(C1_0)
            folded := add(mload(C0_0), mulmod(within, folded, r))
            folded := add(mload(ZL_0), mulmod(within, folded, r))
            folded := add(mload(Z1_0), mulmod(within, folded, r))
            value := mulmod(folded, mulmod(mload(AT0), 0x28608838714a584049dd387772113e5885e7d65f48cce4106bfbd093b225d9d9, r), r)
            folded := mload(C1_1)
            folded := add(mload(C0_1), mulmod(within, folded, r))
            folded := add(mload(ZL_1), mulmod(within, folded, r))
            folded := add(mload(Z1_1), mulmod(within, folded, r))
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x0803c63a6fe747e96e730d3f0f701a04a24c11e930ec8c80d7e625003dda2628, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over1, r))
            folded := mload(Z0_0)
            value := mulmod(folded, mulmod(mload(AT0), 0x13058292c648f49227626e65463b9a7ee5c9fa4154a8fa1cf8af3b0be145009c, r), r)
            folded := mload(Z0_1)
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x027d7f88181c7b885ded9e7ae9f1f56cd5a129211dcd3879cbce1bd511ef111c, r), r))
            folded := mload(Z0_2)
            value := add(value, mulmod(folded, mulmod(mload(AT6), 0x1ae14c5802cc300f330038d65153c8716cc8c4e607433dfa7f649eb2fccbee49, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over2, r))
            folded := mload(L_0)
            value := mulmod(folded, mulmod(mload(AT0), 0x2332413f636a9b94b12b1d4a773771e1dfb54931d1b07398c874f4f86f4e9b5e, r), r)
            folded := mload(L_1)
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x05eff1817de599ee13d0d611983aa3394749676abdae6454210a8006775135b3, r), r))
            folded := mload(L_2)
            value := add(value, mulmod(folded, mulmod(mload(AT2), 0x30553f6dcea5f464a48f8bd7b52c9d8c4c2f706953724ceb63d266a72ddff252, r), r))
            folded := mload(L_3)
            value := add(value, mulmod(folded, mulmod(mload(AT3), 0x26cf418bb92e11cf63de9e3284c5261caa47ecc5b8617b9cda1dc13a76b69182, r), r))
            folded := mload(L_4)
            value := add(value, mulmod(folded, mulmod(mload(AT4), 0x10e6379e3a70a4c65b86b3bd3b2030535b25ab0dd1f9b13ea43643db44c9ab1e, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over4, r))
            folded := mload(Y1_0)
            value := mulmod(folded, mulmod(mload(AT0), 0x28e77486b58fdcc64f9da49d2b991fefa25afb762df9667bc4aabc845dc1485f, r), r)
            folded := mload(Y1_1)
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x1237e88e98c5c4437024fe7ff06110093025ad31ba85c13845faff8f8817ee95, r), r))
            folded := mload(Y1_2)
            value := add(value, mulmod(folded, mulmod(mload(AT2), 0x25a93fd0740d9f49b0dde84fe70880c17de727e90af3b96e7d1e2f13fa26c90e, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over2, r))
            folded := mload(X1_0)
            folded := add(mload(Y0_0), mulmod(within, folded, r))
            folded := add(mload(X0_0), mulmod(within, folded, r))
            value := mulmod(folded, mulmod(mload(AT0), 0x00eabc5ca3dd93fe688ccc7a5ceade2b0510369953ee02bf1c7c360e0407553f, r), r)
            folded := mload(X1_1)
            folded := add(mload(Y0_1), mulmod(within, folded, r))
            folded := add(mload(X0_1), mulmod(within, folded, r))
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x2cdfd5fcc1269c88232ce30d458e30c2fbb46291c536b28882a60c4c695a1160, r), r))
            folded := mload(X1_2)
            folded := add(mload(Y0_2), mulmod(within, folded, r))
            folded := add(mload(X0_2), mulmod(within, folded, r))
            value := add(value, mulmod(folded, mulmod(mload(AT2), 0x0aabc7be1adb86166de5e4bbeb7e48d43926c525e0506cd23ec2ef85610db64d, r), r))
            folded := mload(X1_3)
            folded := add(mload(Y0_3), mulmod(within, folded, r))
            folded := add(mload(X0_3), mulmod(within, folded, r))
            value := add(value, mulmod(folded, mulmod(mload(AT3), 0x285242ce428389b67700f729750b58f8167c723ff9fdbf08a9deb9481190e316, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over3, r))
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
                calldatacopy(SUM, SENT_X0, 0x40)
                weight := mulmod(weight, within, r)
                calldatacopy(BASE, SENT_Y0, 0x40)
                mstore(SCALAR, weight)
                if iszero(and(eq(returndatasize(), 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                if iszero(and(eq(returndatasize(), 0x40), staticcall(gas(), 6, SUM, 0x80, SUM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                calldatacopy(BASE, SENT_X1, 0x40)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                power := mulmod(power, among, r)
                weight := mulmod(power, mload(D3), r)
                calldatacopy(BASE, SENT_Y1, 0x40)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                power := mulmod(power, among, r)
                weight := mulmod(power, mload(AT4), r)
                calldatacopy(BASE, SENT_L, 0x40)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                power := mulmod(power, among, r)
                weight := mulmod(power, mulmod(mload(D23), mload(AT6), r), r)
                calldatacopy(BASE, SENT_Z0, 0x40)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                power := mulmod(power, among, r)
                weight := mulmod(power, mload(D23), r)
                calldatacopy(BASE, SENT_Z1, 0x40)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                calldatacopy(BASE, SENT_ZL, 0x40)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x1ac1e8ce8d1f60a197102e52c42755271c548e6bfad63c61e8c60a241c616ec1)
                mstore(add(BASE, 0x20), 0x0abad77c1c59f09402c7377db82ec28c8de24ecfb2554d0084bdcc2e682ec7b1)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x11670222934d419c52923879f996575e1d1c7e425c747bdbe890bb7c58b10eb3)
                mstore(add(BASE, 0x20), 0x1c11db62c54b839287f9971d75b29e0fafe44d2c39ba6ee07cc0a12c7e88f7c2)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                power := mulmod(power, among, r)
                weight := mulmod(power, mulmod(mload(D123), mload(AT5), r), r)
                calldatacopy(BASE, SENT_INPUT, 0x40)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                power := mulmod(power, among, r)
                weight := mulmod(power, mload(D123), r)
                calldatacopy(BASE, SENT_TABLE, 0x40)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x00399e58f44829afdcae7d39d2c6207b4d427a5ad19f8e847fe8b4618194ed6b)
                mstore(add(BASE, 0x20), 0x199dc600a158b5c162523b4382e564fb9ec640ec18e1f5e0649695565d0d7c8d)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x036a99653cdcb7d99263dae0b82c2dbfad84202555aca31fca26a10d05dffb11)
                mstore(add(BASE, 0x20), 0x1bd6b4fddc8b7d031eaf6c451c9f2023a65574add2d6ab3bdcbb6dff60145601)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x042fbc661e0f0b640bceb0a73b6eaa346753ea99012060100e01c6f06961ccad)
                mstore(add(BASE, 0x20), 0x1136734c954e6eadbcefd0f7b1d070f8aecdbaa27d614ca2ad706845fea7ba27)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x01cd7218f92e499baa5e5f9f40a312626ce01439d385f1dd426054013ad13223)
                mstore(add(BASE, 0x20), 0x070256776405413d5f04440d60974cf8c7d106fa8cad1145dca4dd971d45c3ca)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x129d9dcbefd588001e736d64acdace21ad4b9f133fa34c9e78a64f0f9750a0e3)
                mstore(add(BASE, 0x20), 0x220e36f2e3b22786171e1b07839340e03f65f0aa92179a41b8bb53fbba76bcd6)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x263a2cda54c8e16329b0f1a5c12b6a18190922945af5146c0f306355cebcb028)
                mstore(add(BASE, 0x20), 0x098d8bda756fb09f60d3eb2b0f57efd85b0cba0ba439d753a241801c386154f2)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x2fefb65d89ec89cfc83ceeb67feb2996675d343014f35b44bd3ac934050c71fd)
                mstore(add(BASE, 0x20), 0x12055a25be8c7c1cf9a594ba3633c907e0952ead9ee66676e190bf37c75fcf1f)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x19c934aaf3ae8de17e25b513a4ff5eade17c226b24c20ed62852eb9a07821ded)
                mstore(add(BASE, 0x20), 0x1ed8e3e168c35ec1aeed13a0ba7ead4f273d569ff0d9a84c9029e6d503d66d0a)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x2462948e53f7fd59fa71b286abc1d49042eee86bafcda586e90c63bf863fda3f)
                mstore(add(BASE, 0x20), 0x2e2fc9386f498dc4a6aef4d3ea1b05ce806653d7132bfa3c791fdef3546c4079)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                calldatacopy(BASE, SENT_Q0, 0x40)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                let piece := weight
                piece := mulmod(piece, mload(POWER), r)
                calldatacopy(BASE, SENT_Q1, 0x40)
                mstore(SCALAR, piece)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                piece := mulmod(piece, mload(POWER), r)
                calldatacopy(BASE, SENT_Q2, 0x40)
                mstore(SCALAR, piece)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                piece := mulmod(piece, mload(POWER), r)
                calldatacopy(BASE, SENT_Q3, 0x40)
                mstore(SCALAR, piece)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                calldatacopy(BASE, SENT_RANDOM, 0x40)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                mstore(BASE, 1)
                mstore(add(BASE, 0x20), 2)
                mstore(SCALAR, sub(r, mload(CONSTANT)))
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                calldatacopy(BASE, SENT_FOLDED, 0x40)
                mstore(SCALAR, sub(r, mload(D0123)))
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                calldatacopy(BASE, SENT_OPENING, 0x40)
                mstore(SCALAR, mload(U))
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
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
            mstore(add(PAIRS, 0x40), 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2)
            mstore(add(PAIRS, 0x60), 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed)
            mstore(add(PAIRS, 0x80), 0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b)
            mstore(add(PAIRS, 0xa0), 0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa)
            mstore(add(PAIRS, 0x100), 0x2de5ada47226a82be70d6cb62a9c4db9f146b479ccc273df5ee7273e88e071be)
            mstore(add(PAIRS, 0x120), 0x1c793513c06f5644bd4c33ed2aa2d7c549623b1e608ab90c0315b0ba3a4b9002)
            mstore(add(PAIRS, 0x140), 0x0400db3d7f9671f6f0ee6cbc621d2f0ba527bd3484c70ea7d5f10f5593548077)
            mstore(add(PAIRS, 0x160), 0x116b0407c13e095fe6a11375f46fe99968333b2c6fe7b052ad33795fa91949ee)
            // Where there is no such precompile, nothing is returned, and nothing holds.
            mstore(0, 0)
            let ok := staticcall(gas(), 8, PAIRS, 0x180, 0, 0x20)
            holds := and(ok, eq(mload(0), 1))
        }
    }
}
