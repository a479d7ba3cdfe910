// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated from a verifying key; not to be edited. What the parts do and why: the module `contract` of the crate furl-wrap.
pragma solidity 0.8.37;

/// @title Checks a wrapped proof of Furl.
/// @notice For the verifying key with the Keccak-256 hash
/// 0x3a4c6255fdebfd176f96bf24f30f8a12aa166c62c2bc7e119c6f45711e7f61e0, of 2^19 rows.
/// @notice INSECURE: the secret of this key's setup is published, and whoever reads it can prove anything.
contract FurlVerifier {
    /// Whether the setup's secret is published, so that anything can be proved.
    bool public constant INSECURE = true;

    /// The hash of the verifying key.
    bytes32 public constant KEY = 0x3a4c6255fdebfd176f96bf24f30f8a12aa166c62c2bc7e119c6f45711e7f61e0;

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
            mstore(CIRCUIT, 0x20baabcdaae4fe1e11e23514c6a142cb4266a923c8e4941fca8555406255068e)
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
            power := mulmod(power, power, r)
            mstore(POWER, power)
            mstore(VANISHING, add(power, sub(r, 1)))
            mstore(ROW0, add(x, 0x23713b8a920d4a1669cf1d903a441a61d0b8bc4abf4345d6bb2d7a1feb8d3e11))
            mstore(ROW1, add(x, 0x26f2ab8fa2719d18dd0f78466659998403529474e47a5f35fea9c7cecb5c8af1))
            mstore(ROW2, add(x, 0x0d60c887d0fcaa9adf4a6ddb85c1f582a3cdca6220c2edea2a09722b661fb7aa))
            mstore(ROW3, add(x, 0x2c7abad944e62934bb983111aad7e0e74253e36d6d7dbf5d2247596c20abc451))
            mstore(ROW4, add(x, 0x172ec7985a04c12ab612db045b474541e0b30cc000fb3455c452f3f7e9034f06))
            mstore(ROW5, add(x, 0x12f428131e4e68b2c7efab2b1ba535e48af28fd2f27a1cec9da3780af0cf8f82))
            mstore(ROW6, add(x, 0x2252e8a0bf86094f8c9b55d4c885631b72a6e7b70634cc757d36934682c1d48b))
            mstore(ROW7, add(x, 0x0fec092cd915756f95d5a9a0e87561c4ec9145d2ea0a1a520b2dbe73b11dcf58))
            mstore(ROW8, add(x, 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000))
            mstore(ROW9, add(x, 0x2372fc083636d96eec99c8a4dd79e056770ff0e09508e8542f15f40099703f7f))
            mstore(ROW10, add(x, 0x21038574dd1cd4963e9d722419ecf8f15226e1a827a34d761d37f89b62240143))
            mstore(ROW11, add(x, 0x266c12e744d686fa26bca385003526f96e7b2211c7e5672f9ba7339fc239c4db))
            mstore(ROW12, add(x, 0x00177c8b4437451ab301ad9c5993e15640497d41d1c709a1b629dbd2763d3c17))
            mstore(ROW13, add(x, 0x00a64494a08ab0fd85a32e463bdc3c0cf46ccfe70773546aeb40fc56fc9405c2))
            mstore(ROW14, add(x, 0x127c6e85f9133005d9f93c45b8e09dcb6e5dd617474c1cee932d4c81bf512d4c))
            mstore(ROW15, add(x, 0x136ed413865528f4f50074e32955ca49ca614f3f98f59b19da1d9ef1d7ee75d4))
            mstore(ROW16, add(x, 0x2691822789aea440946baae8421ce219823e0f4cf0b0545689249d72bca7b4d8))
            mstore(AT0, add(u, sub(r, x)))
            mstore(AT1, add(u, mulmod(x, 0x2372fc083636d96eec99c8a4dd79e056770ff0e09508e8542f15f40099703f7f, r)))
            mstore(AT2, add(u, mulmod(x, 0x21038574dd1cd4963e9d722419ecf8f15226e1a827a34d761d37f89b62240143, r)))
            mstore(AT3, add(u, mulmod(x, 0x266c12e744d686fa26bca385003526f96e7b2211c7e5672f9ba7339fc239c4db, r)))
            mstore(AT4, add(u, mulmod(x, 0x00177c8b4437451ab301ad9c5993e15640497d41d1c709a1b629dbd2763d3c17, r)))
            mstore(AT5, add(u, mulmod(x, 0x0fec092cd915756f95d5a9a0e87561c4ec9145d2ea0a1a520b2dbe73b11dcf58, r)))
            mstore(AT6, add(u, mulmod(x, 0x23713b8a920d4a1669cf1d903a441a61d0b8bc4abf4345d6bb2d7a1feb8d3e11, r)))
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
            mstore(FIRST, mulmod(vanishing, mulmod(mload(ROW8), 0x3064486657634403844b0eac78ca882cfd284341fcb0615a15cfcd17b14d8201, r), r))
            mstore(LAST, mulmod(vanishing, mulmod(mload(ROW0), 0x1fb61ccec65310fb219c741f07ce4d916391beccb3d3ee44d6b529862b1a608f, r), r))
            let sum
            sum := mulmod(mload(ROW1), 0x1b7a9672141833c87119405e120bd3f02dd54e3c82092d817ef551b7fcfac495, r)
            sum := add(sum, mulmod(mload(ROW2), 0x2eaebdce72e2f29331c199fadbce6b5b2d305076331a8afa50a824f37e543f3d, r))
            sum := add(sum, mulmod(mload(ROW3), 0x16c91b5555efdb5d53c19b8a23ab0bfa7bfebd9930bbec423c47071f0dc459eb, r))
            sum := add(sum, mulmod(mload(ROW4), 0x14039d5724c583c1e114264eb3b7b423a09e19c185f5ec99c1d54dcfa891f6e0, r))
            sum := addmod(sum, mulmod(mload(ROW5), 0x2dbbd59e404d2ad0089471f8470c6a5e39894704a6a170f1619e194a8e049de7, r), r)
            sum := add(sum, mulmod(mload(ROW6), 0x0b123071b66dc7e7064948cd85207fc7fc9f08c596c542689c506e6d86d999a8, r))
            sum := add(sum, mulmod(mload(ROW7), 0x2324e6c7870bfa297dd041562ceb3d88c358ccf071c462520c1d597e9f6ed9dd, r))
            mstore(ACTIVE, addmod(1, sub(mul(r, 2), add(mulmod(vanishing, sum, r), mload(LAST))), r))
            sum := mulmod(mulmod(mload(ROW8), 0x3064486657634403844b0eac78ca882cfd284341fcb0615a15cfcd17b14d8201, r), mload(PUBLIC0), r)
            sum := add(sum, mulmod(mulmod(mload(ROW9), 0x018011b3c68c16fa3bf3e88c16d886cdfc58a81b44210e1535ee232e490e6ed2, r), mload(PUBLIC1), r))
            sum := add(sum, mulmod(mulmod(mload(ROW10), 0x1839c4eadf4878a4e429ccb09124d5b744ad010f2315e5f3592b4be614218dbc, r), mload(PUBLIC2), r))
            sum := add(sum, mulmod(mulmod(mload(ROW11), 0x0ab34b3cbbdf5fece4c48820a788852ebd767381915b388fcc1e0d87e2b5d1b9, r), mload(PUBLIC3), r))
            sum := addmod(sum, mulmod(mulmod(mload(ROW12), 0x1faa2c719c50d7330fed21237c754a7255af020777ccf8e34e57c492b2170339, r), mload(PUBLIC4), r), r)
            sum := add(sum, mulmod(mulmod(mload(ROW13), 0x1854fb561e34cffb0c0f59ed07929a0ae5a484f2910973117bf0b8c2d82e9c6e, r), mload(PUBLIC5), r))
            sum := add(sum, mulmod(mulmod(mload(ROW14), 0x071e8770fdcb875f2d4267fa6185b9cd64c431250ad17ca383604834d1933016, r), mload(PUBLIC6), r))
            sum := add(sum, mulmod(mulmod(mload(ROW15), 0x2713f5c5bd648cbe1b96bff3970f08ab1cee556ee0d7f30eb3108c76bf881d03, r), mload(PUBLIC7), r))
            sum := addmod(sum, mulmod(mulmod(mload(ROW16), 0x2e9dab4bb3af17be3bd7a90a2095abf668c6085b86f0475cb4a46aa74583f86c, r), mload(PUBLIC8), r), r)
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
            value := mulmod(folded, mulmod(mload(AT0), 0x287cea2861fc24296922ea848c2102dd66a0074c11ac615f2c8e33b150836e77, r), r)
            folded := mload(INPUT_1)
            value := add(value, mulmod(folded, mulmod(mload(AT5), 0x07e7644a7f357c004f2d5b31f560557fc193e0fc680d0f321753c1e29f7c918a, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over1, r))
            folded := mload(C1_0)
            folded := add(mload(C0_0), mulmod(within, folded, r))
            folded := add(mload(ZL_0), mulmod(within, folded, r))
            folded := add(mload(Z1_0), mulmod(within, folded, r))
            value := mulmod(folded, mulmod(mload(AT0), 0x07e7644a7f357c004f2d5b31f560557fc193e0fc680d0f321753c1e29f7c918b, r), r)
            folded := mload(C1_1)
            folded := add(mload(C0_1), mulmod(within, folded, r))
            folded := add(mload(ZL_1), mulmod(within, folded, r))
            folded := add(mload(Z1_1), mulmod(within, folded, r))
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x287cea2861fc24296922ea848c2102dd66a0074c11ac615f2c8e33b150836e76, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over1, r))
            folded := mload(Z0_0)
            value := mulmod(folded, mulmod(mload(AT0), 0x18e0bc30db648807b31a70236641a8e9964aef6add545c9f061ad61da57e2419, r), r)
            folded := mload(Z0_1)
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x2b27cf27e5b652fdc842327d5b1e18b82aa56cb2c87ee4e5956f0dfc78e087ce, r), r))
            folded := mload(Z0_2)
            value := add(value, mulmod(folded, mulmod(mload(AT6), 0x1cc0118d0148654df543e8cc41a2ef188f7774734d9f9f9dec3a070dc1a1541b, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over2, r))
            folded := mload(L_0)
            value := mulmod(folded, mulmod(mload(AT0), 0x0bbdfbe8dd092662b01ab911083d56c153bb950768d340f9b69871da21d52809, r), r)
            folded := mload(L_1)
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x29d1855899a3037d01eb9065110b677dbaff12099e7eb28f254235d7f6e71f14, r), r))
            folded := mload(L_2)
            value := add(value, mulmod(folded, mulmod(mload(AT2), 0x28a6b47763940257e0b8146493acab9c95910dd74572aaeb6c6d7e4d4ba37ebc, r), r))
            folded := mload(L_3)
            value := add(value, mulmod(folded, mulmod(mload(AT3), 0x04da9ce0704160368ffdc87cd66865cae63781709ab95c62a1fc65f476693c28, r), r))
            folded := mload(L_4)
            value := add(value, mulmod(folded, mulmod(mload(AT4), 0x2e1c18bf5913540f0634aacc01263970ee18828085ae56dce16154c7f536fe02, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over4, r))
            folded := mload(Y1_0)
            value := mulmod(folded, mulmod(mload(AT0), 0x05d2492d23be37769b46e95141b7a422094f55e25c4464445e6a86fd46c37980, r), r)
            folded := mload(Y1_1)
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x24c09ac083ade2c259f7b443e1b702599e468f71124126a7a300bf2a364024a6, r), r))
            folded := mload(Y1_2)
            value := add(value, mulmod(folded, mulmod(mload(AT2), 0x05d16a8539c585f0c311a8215e12b1e1809e02f50b33e5a54276af6c72fc61db, r), r))
            total := add(mulmod(total, among, r), mulmod(value, over2, r))
            folded := mload(X1_0)
            folded := add(mload(Y0_0), mulmod(within, folded, r))
            folded := add(mload(X0_0), mulmod(within, folded, r))
            value := mulmod(folded, mulmod(mload(AT0), 0x18fcd384d80583ea9a5fa03bd607f4bba8603a1ff0440247fd446b2d5a2496e8, r), r)
            folded := mload(X1_1)
            folded := add(mload(Y0_1), mulmod(within, folded, r))
            folded := add(mload(X0_1), mulmod(within, folded, r))
            value := add(value, mulmod(folded, mulmod(mload(AT1), 0x1046100d9e7a0df9e6a5c9c74ec2f4b397d64d718338bd65ba9ac7257f8767a8, r), r))
            folded := mload(X1_2)
            folded := add(mload(Y0_2), mulmod(within, folded, r))
            folded := add(mload(X0_2), mulmod(within, folded, r))
            value := add(value, mulmod(folded, mulmod(mload(AT2), 0x190841c725fa4cd8b1d91a583b12c8a31098a9b400c214e000ebcb8c4e42585b, r), r))
            folded := mload(X1_3)
            folded := add(mload(Y0_3), mulmod(within, folded, r))
            folded := add(mload(X0_3), mulmod(within, folded, r))
            value := add(value, mulmod(folded, mulmod(mload(AT3), 0x1e7d778c25e961963dc20711a324fea7ff989f4b7f340c94cef8ed48b811a917, r), r))
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
                mstore(BASE, 0x0b2f6a38b92dfbc063939a54f18df7acefaf0caef5a4fd0130ffc7e32e140bfb)
                mstore(add(BASE, 0x20), 0x1f1fcb80df81359604d07ce2a4ec5906d7d1004864a37db16186ba22e1e2a038)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x1cb52bb353cc2bbdccf9db65b0ace5a11e9f42c62a4facae4c05e425394cabef)
                mstore(add(BASE, 0x20), 0x1bdc6de7b6438dfa32044fe33b097bf291eafeb26b8aa025a03c72fa0ed56ef5)
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
                mstore(BASE, 0x24c832500564e47f4b0ba6223409d8a32a034d3548d1bb6b961b8005c836257e)
                mstore(add(BASE, 0x20), 0x2a60bf621b4987b9a12e8ebf91e433fcc0a71e132610d8b96fa40b8288c8e7b4)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x116f5c9ef833fc2d8985e0a5115042b5494b1994d4dfeb2e07bec2a3456ec5f1)
                mstore(add(BASE, 0x20), 0x1ba26322a4298943113f3a10c1505515b32da2d81ca383a732ed6b82180774b3)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x2c7493ea20cfc1d5cfb4abd066b6e32f39d8c4deecb1366d3f337d915ce5d6f2)
                mstore(add(BASE, 0x20), 0x2bd7d191ee545078355b282862ff360692d897c9e5b92c9070be3a0ad3444d3b)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x043a980f4fe497971df62946b04617562772d5ebdbcdc9b2f6bf1aa690bdd37e)
                mstore(add(BASE, 0x20), 0x00a8c4e8da9f5ef4a52371a3982dd97a9673ad6e39c18797efa7416a2e139b04)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x24a394994c17f0fc9b794f9960e779f1b3c190f6fcd80820651975c2a4d15428)
                mstore(add(BASE, 0x20), 0x237fdc3ff4688bd595870740fe8d0ae3e508ae848397d71a486b8dc9a45f6af4)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x04b96eb49651c0e397beb89301e988841268e92157607ac396eaf650c66eb10b)
                mstore(add(BASE, 0x20), 0x10339dd2d0b8c7e8f5ff3749682a258d57f5015b58aa6347ca4d66f134e9cb87)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x155c61e888fec0d889313f4ddf0d29df344f51f394c736b2b2dc7f48b03154db)
                mstore(add(BASE, 0x20), 0x0bb5a2e365d893d19a221f1639241601115178759c1a5331abe3156ea1aae5d9)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x2dbca40f61ee314e63b85de96bcbd8a410309307cd091235ded8075bcc4e0e5f)
                mstore(add(BASE, 0x20), 0x253f71fecce8578fff1bbc1bff5c97c7e0128d18ec1e01cf382d727c6732a06d)
                mstore(SCALAR, weight)
                if iszero(and(staticcall(gas(), 6, SUM, 0x80, SUM, 0x40), staticcall(gas(), 7, BASE, 0x60, TERM, 0x40))) { break }
                weight := mulmod(weight, within, r)
                mstore(BASE, 0x0038a948224089ff9207c82418f8d171f55a8c94284040fb9a6be3662be45f9a)
                mstore(add(BASE, 0x20), 0x179cf0107c107d2405a8aa7c3d13c4c3a128d7341e7f2716ca6535749b869225)
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
