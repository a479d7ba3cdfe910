// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated from a verifying key; not to be edited. What the parts do and why: the module `contract` of the crate furl-wrap.
pragma solidity 0.8.37;

/// @title Checks a wrapped proof of Furl.
/// @notice For the verifying key with the Keccak-256 hash
/// 0xdc8ae74fc82f44776c35e186b3f98b8f7582a1752247f49eb64a6531f12fb668, of 2^17 rows.
/// @notice INSECURE: the secret of this key's setup is published, and whoever reads it can prove anything.
contract FurlVerifier {
    /// Whether the setup's secret is published, so that anything can be proved.
    bool public constant INSECURE = true;

    /// The hash of the verifying key.
    bytes32 public constant KEY = 0xdc8ae74fc82f44776c35e186b3f98b8f7582a1752247f49eb64a6531f12fb668;

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
            mstore(CIRCUIT, 0x290e63823deeee133c9e07f0fa448fdaf19cb807aa117ddab7170d6fec7eb4e6)
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
            mstore(POWER, power)
            mstore(VANISHING, add(power, sub(r, 1)))
            mstore(ROW0, add(x, 0x00c8316dc607766c9b3ca51a6cf7a997f7f7b895cd3beb525c3c65b88a46f284))
            mstore(ROW1, add(x, 0x0190a0f2cbf03fe07e064a3015d18a7b0372e2bc9a22453c22e79f09feb0ad9c))
            mstore(ROW2, add(x, 0x06d33d8c5dd1c8f2865508cfa2fa43439f59a80c536508e7d8451b8672558d1d))
            mstore(ROW3, add(x, 0x1358e080ab2d0b22401986b33febd24932280eb0c01ade2d2802b9f6018873a8))
            mstore(ROW4, add(x, 0x10fc922d6c46b0cb554631ef715f3e1eeaeac9ee7bdeb59e21fc86574726e9dd))
            mstore(ROW5, add(x, 0x1aba8b3873fce72e29f405c0696c8e0c5fbafb33bda1974d170c346c30cc0294))
            mstore(ROW6, add(x, 0x23713b8a920d4a1669cf1d903a441a61d0b8bc4abf4345d6bb2d7a1feb8d3e11))
            mstore(ROW7, add(x, 0x172ec7985a04c12ab612db045b474541e0b30cc000fb3455c452f3f7e9034f06))
            mstore(ROW8, add(x, 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000))
            mstore(ROW9, add(x, 0x00177c8b4437451ab301ad9c5993e15640497d41d1c709a1b629dbd2763d3c17))
            mstore(ROW10, add(x, 0x2691822789aea440946baae8421ce219823e0f4cf0b0545689249d72bca7b4d8))
            mstore(ROW11, add(x, 0x14c685499e71f28bf395909aff7724a0da8d4ab58d5db56bd58c07a7ca1c4fa6))
            mstore(ROW12, add(x, 0x04e66e8ea8f512a9531f8c69506089ed5ce2cfd694e5262b533524da85756bd3))
            mstore(ROW13, add(x, 0x1f33feb4dad64134a6b43c70b0f45870f2f737e92ce635be294efa5ee14403b2))
            mstore(ROW14, add(x, 0x0f46c926db086294a5d899e69464c3f44b5285ff840854869547aa632d31a529))
            mstore(ROW15, add(x, 0x2f645d896db8eb299897fce17f03a1dfe599e1284377ab8c70cf67e342040218))
            mstore(ROW16, add(x, 0x0d2ca1a141f0e0fe8dae3331e2e74c55520d0e7e465bfcf0b2c819ad0554c355))
            mstore(AT0, add(u, sub(r, x)))
            mstore(AT1, add(u, mulmod(x, 0x00177c8b4437451ab301ad9c5993e15640497d41d1c709a1b629dbd2763d3c17, r)))
            mstore(AT2, add(u, mulmod(x, 0x2691822789aea440946baae8421ce219823e0f4cf0b0545689249d72bca7b4d8, r)))
            mstore(AT3, add(u, mulmod(x, 0x14c685499e71f28bf395909aff7724a0da8d4ab58d5db56bd58c07a7ca1c4fa6, r)))
            mstore(AT4, add(u, mulmod(x, 0x04e66e8ea8f512a9531f8c69506089ed5ce2cfd694e5262b533524da85756bd3, r)))
            mstore(AT5, add(u, mulmod(x, 0x172ec7985a04c12ab612db045b474541e0b30cc000fb3455c452f3f7e9034f06, r)))
            mstore(AT6, add(u, mulmod(x, 0x00c8316dc607766c9b3ca51a6cf7a997f7f7b895cd3beb525c3c65b88a46f284, r)))
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
            mstore(FIRST, mulmod(vanishing, mulmod(mload(ROW8), 0x30643640b9f82f90e83b698e5ea6179c7c05542e859533b48b9953a2f5360801, r), r))
            mstore(LAST, mulmod(vanishing, mulmod(mload(ROW0), 0x16ebe28c6d57a07b47a92806e9b64fa0fb38ea3047ed2165b8e01f3609b79add, r), r))
            let sum
            sum := mulmod(mload(ROW1), 0x1068a249679e7bc4c58d090043459edba13a4813d1d7f1f83f1476df802620a8, r)
            sum := add(sum, mulmod(mload(ROW2), 0x25888118e6588d17074deb6f71d94f5a9b5136e006770516fee9211510b5ded6, r))
            sum := add(sum, mulmod(mload(ROW3), 0x0aee5edc1b06342b670561f29a9f6bd401f440a077c6b7942152f2cbf1f7bf3c, r))
            sum := add(sum, mulmod(mload(ROW4), 0x161a8080dafa932b45fcebbc8c3e8a5b69f2042759b63055d749104c0fe7746d, r))
            sum := addmod(sum, mulmod(mload(ROW5), 0x003e53efda7a0ffa0230827fda62bc05a10fa30befd30a3a4f9af5c0767d479a, r), r)
            sum := add(sum, mulmod(mload(ROW6), 0x1e0fd65556e9039915d1450f1c36858b3ddf2aa1dbdcd7f0d310baf0cc69823a, r))
            sum := add(sum, mulmod(mload(ROW7), 0x1faa26e9b1e46eddcc0053844d5d78315a447ebd9e1e41d5c37341aab247db7f, r))
            mstore(ACTIVE, addmod(1, sub(mul(r, 2), add(mulmod(vanishing, sum, r), mload(LAST))), r))
            sum := mulmod(mulmod(mload(ROW8), 0x30643640b9f82f90e83b698e5ea6179c7c05542e859533b48b9953a2f5360801, r), mload(PUBLIC0), r)
            sum := add(sum, mulmod(mulmod(mload(ROW9), 0x1de014e0aee01c78cf13f920eed2790f0654378cebc1026ab19b2722e85c0ce2, r), mload(PUBLIC1), r))
            sum := add(sum, mulmod(mulmod(mload(ROW10), 0x2949c1d62b277e7bc66dd304fdd2a6c22a7c6894ae94cbbf06ebc9e1460fe1ad, r), mload(PUBLIC2), r))
            sum := add(sum, mulmod(mulmod(mload(ROW11), 0x0787203ce6595c1464312afd7ad9f25673979de4d8eccd4f0e5c74e0eeaaeaf2, r), mload(PUBLIC3), r))
            sum := addmod(sum, mulmod(mulmod(mload(ROW12), 0x22630c818fb928868c09b4f1d952eac3b16e3022343fd8c84e6883a084b22546, r), mload(PUBLIC4), r), r)
            sum := add(sum, mulmod(mulmod(mload(ROW13), 0x005959baf2e7a745cc7b38f6affcef8217e6ce6c91f4512de18757d74126ff5e, r), mload(PUBLIC5), r))
            sum := add(sum, mulmod(mulmod(mload(ROW14), 0x27ce52e659cae927701af0d3d9a6efd1cb0a40fe6ee4f864cbaff16279ff2168, r), mload(PUBLIC6), r))
            sum := add(sum, mulmod(mulmod(mload(ROW15), 0x0032914ff17f0917361827bcfc9ed3e6b096238a3b4b4c66024cd82562ed9efe, r), mload(PUBLIC7), r))
            sum := addmod(sum, mulmod(mulmod(mload(ROW16), 0x127635f1760628448a2065097b8651ad001c488f2325327a84fffaa71020d556, r), mload(PUBLIC8), r), r)
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
            value := mulmod(folded, mulmod(mload(AT0), 0x27187a24edeb13bc5c4ea6c69364ddf1f07f2613141babe90d902ad65d017b63, r), r)
            folded := mload(INPUT_1)
            value := add(value, mulmod(folded, mulmod(mload(AT5), 0x094bd44df3468c6d5c019eefee1c7a6b37b4c235659dc4a83651cabd92fe849e, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over1, r))
            folded := mload(C1_0)
            folded := add(mload(C0_0), mulmod(within, folded, r))
            folded := add(mload(ZL_0), mulmod(within, folded, r))
            folded := add(mload(Z1_0), mulmod(within, folded, r))
            value := mulmod(folded, mulmod(mload(AT0), 0x094bd44df3468c6d5c019eefee1c7a6b37b4c235659dc4a83651cabd92fe849f, r), r)
            folded := mload(C1_1)
            folded := add(mload(C0_1), mulmod(within, folded, r))
            folded := add(mload(ZL_1), mulmod(within, folded, r))
            folded := add(mload(Z1_1), mulmod(within, folded, r))
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x27187a24edeb13bc5c4ea6c69364ddf1f07f2613141babe90d902ad65d017b62, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over1, r))
            folded := mload(Z0_0)
            value := mulmod(folded, mulmod(mload(AT0), 0x0942a14ee5f40bff56a3cbe3d9d07a13b7343c9a51d515288b1f3a36ed907754, r), r)
            folded := mload(Z0_1)
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x12891c4a17603c46b9a14f349964942b1927418a27e540ea576ec6976224a7bc, r), r))
            folded := mload(Z0_2)
            value := add(value, mulmod(folded, mulmod(mload(AT6), 0x149890d9e3dd57e3a80b2a9e0e4c4a1e57d86a23ffff1a7e6153f4c5a04ae0f1, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over2, r))
            folded := mload(L_0)
            value := mulmod(folded, mulmod(mload(AT0), 0x15f516101a593a0608a25af0e05cec662383ff68454ad6764b016d737747bb88, r), r)
            folded := mload(L_1)
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x0371a7fe461cc67c24cd827bffe553ce4ff9b149e3bb2593b728bfd905532b22, r), r))
            folded := mload(L_2)
            value := add(value, mulmod(folded, mulmod(mload(AT2), 0x1827110662b830b65da92d6fe0c6dcfe71cb0838df758ff1e35929560057dd37, r), r))
            folded := mload(L_3)
            value := add(value, mulmod(folded, mulmod(mload(AT3), 0x1d5781cc0d8c2de53f1bc485e059cbbc4fa2ef01542c9f17267029aa8a288434, r), r))
            folded := mload(L_4)
            value := add(value, mulmod(folded, mulmod(mload(AT4), 0x11e34c04f1a8e135a66bbc0a619fc7cb1b7c28a496cab60f7bd06adad8e4b7ed, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over4, r))
            folded := mload(Y1_0)
            value := mulmod(folded, mulmod(mload(AT0), 0x23056acc0b2e3a2bb49ea5ceba7030fe0636c97b4a10c6dc873252e04d7854f5, r), r)
            folded := mload(Y1_1)
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x03bbff4d4eb55a8938aa4508b059c0eb8a5ff953a66a2987f1bd320169e7d835, r), r))
            folded := mload(Y1_2)
            value := add(value, mulmod(folded, mulmod(mload(AT2), 0x09a2e459874e0b74cb075adf16b76673979d2579893e802ccaf270b2389fd2d7, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over2, r))
            folded := mload(X1_0)
            folded := add(mload(Y0_0), mulmod(within, folded, r))
            folded := add(mload(X0_0), mulmod(within, folded, r))
            value := mulmod(folded, mulmod(mload(AT0), 0x16c91d2162268ea88db250393e82303078f292018158a0a11d56f5595069c9b4, r), r)
            folded := mload(X1_1)
            folded := add(mload(Y0_1), mulmod(within, folded, r))
            folded := add(mload(X0_1), mulmod(within, folded, r))
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x1b72243d972b70874701ba57f8826ccf6250f7fdc1dc7ab9be2d75bb0dab399d, r), r))
            folded := mload(X1_2)
            folded := add(mload(Y0_2), mulmod(within, folded, r))
            folded := add(mload(X0_2), mulmod(within, folded, r))
            value := add(value, mulmod(folded, mulmod(mload(AT2), 0x02eaa2f445bd753f06d1cc8f105c3719ac41fc03a29299c4344e0e5898968e30, r), r))
            folded := mload(X1_3)
            folded := add(mload(Y0_3), mulmod(within, folded, r))
            folded := add(mload(X0_3), mulmod(within, folded, r))
            value := add(value, mulmod(folded, mulmod(mload(AT3), 0x2ba2b8928353cbe4951ab44cbba1dca0c8e24a8e0dab2c0377f171bae9546e81, r), r))
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
                mstore(BASE, 0x229938aa7e2a2b03af43c0bd4f8f4d94c8914a7193bccec765b97f2e1223a04d)
                mstore(add(BASE, 0x20), 0x1220b267cdafa63848d709696a33dfb8652860db8d5550305bcb4e7862d1ed10)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x2b98b9b255efba3d68156814e8a07f4f9fd502fdea095718dbe421cfc7942ba1)
                mstore(add(BASE, 0x20), 0x0e4bdb13250ef9a96f7e531c9b371d2983da698acf0ca4a27f2a5383e4a8691b)
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
                mstore(BASE, 0x1efc6845f6ca3c8717184f218789238ac49dc70bf7366af34f3a4b16981cfb95)
                mstore(add(BASE, 0x20), 0x19aa6cfeaec483e33eec2119e65e8337fcc19edd6bc0c1de5f88776a024480d0)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x05e83523815aad2991879406604c4563bccc498082e63fb13ffd2125528cda9c)
                mstore(add(BASE, 0x20), 0x2b2e0abf4446b9268a0a1782aaa3084c0fa1a836b2faa55b2fbc6fa2186ed92e)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x259374f988eb7c684cceb9ecb0946d6ad07c63c14af659cbd71332b3f94b24f7)
                mstore(add(BASE, 0x20), 0x2b56d4b27d8153fce6d030453da80382b06568709a5158d83d555b584c516452)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x1232434157235d61b55084cf3eead85bd2051c94e8d902650762e979ce1606a8)
                mstore(add(BASE, 0x20), 0x2935237330cc3e64dfd15ed5c7669038fb12ce82ad0c39dc819bd5b36027e7d8)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x1024c81d5c33397b16da71a71d40b0e97fa6673c725da0ad9e0d1286554bf0b2)
                mstore(add(BASE, 0x20), 0x2ae646d81922ae7e072ed7546631d4b819dcf2963e42f976acf2862409a3f8e0)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x01c4579b6d32d4476721d68f1a17d3535ca025c84f002a8cad298bf86487b01b)
                mstore(add(BASE, 0x20), 0x09c30a8f04a013162696a14d030745ce1e1b059039ca6ba25dc664c837a376ae)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x19fe23f3309f6c4f43b3ab63a8918aba3e07aebf6b8ac8b2c88a59c18a3ad2c7)
                mstore(add(BASE, 0x20), 0x2639f66a152b8e382a6bbd15f71a39a84e42d224c13197f0d13ec1572b643311)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x0fbb1cb49cd00cfc6df5450074dd88cd7fca10475e37a089d55d34d8fc7bf819)
                mstore(add(BASE, 0x20), 0x0408ddd8cc3d520db36593b8de30dae7fe33815c3c38c878d205b66a3b197a4b)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x20a1510421837ead840184b076707c5a6d0db42944f2ddba3d3d17f707caf046)
                mstore(add(BASE, 0x20), 0x1d8c77dd817f06717049c737fbe5c0e0303e628ba360c1d933e8cb548db3b166)
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
