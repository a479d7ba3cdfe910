// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Separator} from "./Separator.sol";

/// @title Whoever checks a wrapped proof.
interface IVerifier {
    /// @return True. What is false reverts.
    function verify(uint256[9] calldata scalars, uint256[78] calldata proof) external view returns (bool);
}

/// @title The smallest rollup: a state root, and the number of the batch that led to it.
/// @notice The root moves only by a valid proof from the current root, for the next batch, in this deployment's domain. There is no owner
/// and no upgrade. Deposits, exits and the data of transfers are not here.
///
/// Anybody may submit. Whoever holds a slot can take the turn of everybody else's proofs, and leave a root whose state he keeps to himself:
/// this is for trying things out, until there is a rule about who proposes, and data is demanded.
///
/// A digest is 32 bytes as on the wire: four limbs of 64 bits, least significant byte first, each below 2^64 - 2^32 + 1.
///
/// Not checked here: that the verifier is the right one, and that the genesis root is of a state whose totals are right.
contract Furl {
    /// What a proof of a batch claims, without what is the same in every claim: version and start of the data chain.
    struct Claim {
        bytes32 separator;
        uint32 batch;
        bytes32 oldRoot;
        bytes32 newRoot;
        uint32 count;
        bytes32 fees;
        bytes32 dataOut;
    }

    /// The root has moved.
    event Batch(uint32 indexed batch, bytes32 newRoot, uint32 count, bytes32 fees, bytes32 dataOut);

    /// There is no code at the verifier's address.
    error NoVerifier(address verifier);

    /// Calldata is not what the arguments take.
    error Length(uint256 expected, uint256 got);

    /// The chain has another number than when this was deployed: it has forked, and this is the copy.
    error ForeignChain(uint256 expected, uint256 got);

    /// The claim is of another deployment.
    error ForeignDomain(bytes32 expected, bytes32 got);

    /// The batch was accepted before, or another in its place.
    error OldBatch(uint32 last, uint32 got);

    /// Batches are missing before this one.
    error SkippedBatch(uint32 expected, uint32 got);

    /// The claim begins at another root.
    error StaleRoot(bytes32 current, bytes32 got);

    /// A limb of a digest is not below 2^64 - 2^32 + 1.
    error NotCanonical(bytes32 digest);

    /// The verifier has not said true.
    error NotVerified();

    IVerifier public immutable VERIFIER;

    /// What stands for this deployment's domain in signatures and proofs.
    bytes32 public immutable SEPARATOR;

    /// The chain on which this was deployed.
    uint256 public immutable CHAIN;

    /// The current state root.
    bytes32 public root;

    /// The number of the batch that comes next. Never zero: the first batch writes to no fresh slot, and costs what every other does. Wider
    /// than a batch's number, so that it stays true after the last batch that can be numbered.
    uint256 private next = 1;

    /// Selector, claim and proof.
    uint256 private constant CALLDATA = 4 + 7 * 32 + 78 * 32;

    /// Four limbs that are one each; halves of a limb.
    uint256 private constant ONES = 0x0000000000000001000000000000000100000000000000010000000000000001;
    uint256 private constant LOW = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;

    /// The data chain before the first transfer.
    uint256 private constant DATA_IN = 7;

    constructor(IVerifier verifier, bytes32 genesis) {
        if (address(verifier).code.length == 0) revert NoVerifier(address(verifier));
        CHAIN = block.chainid;
        VERIFIER = verifier;
        SEPARATOR = Separator.derive(domain());
        _limbs(genesis);
        root = genesis;
    }

    /// @notice Where this is deployed, as one word.
    function domain() public view returns (bytes32) {
        return keccak256(abi.encode(CHAIN, address(this)));
    }

    /// @notice The last batch, 0 before the first.
    function batch() public view returns (uint32) {
        return uint32(next - 1);
    }

    /// @notice Moves the root.
    function submit(Claim calldata claim, uint256[78] calldata proof) external {
        if (msg.data.length != CALLDATA) revert Length(CALLDATA, msg.data.length);
        if (block.chainid != CHAIN) revert ForeignChain(CHAIN, block.chainid);
        if (claim.separator != SEPARATOR) revert ForeignDomain(SEPARATOR, claim.separator);
        uint256 expected = next;
        if (claim.batch < expected) revert OldBatch(uint32(expected - 1), claim.batch);
        if (claim.batch != expected) revert SkippedBatch(uint32(expected), claim.batch);
        bytes32 current = root;
        if (claim.oldRoot != current) revert StaleRoot(current, claim.oldRoot);
        if (!VERIFIER.verify(_scalars(claim), proof)) revert NotVerified();
        root = claim.newRoot;
        unchecked {
            // Below 2^32 before.
            next = expected + 1;
        }
        emit Batch(claim.batch, claim.newRoot, claim.count, claim.fees, claim.dataOut);
    }

    /// The public scalars: the statement's 204 bytes as one number, least significant byte first, cut every 192 bits.
    function _scalars(Claim calldata claim) private pure returns (uint256[9] memory scalars) {
        // Each field as a number, from its place in bits on. version 0, domain 32, batch 288, old root 320, new root 576,
        // count 832, fees 864, data in 1120, data out 1376.
        uint256 separator = _reverse(claim.separator);
        uint256 oldRoot = _reverse(claim.oldRoot);
        uint256 newRoot = _limbs(claim.newRoot);
        uint256 fees = _limbs(claim.fees);
        uint256 dataOut = _limbs(claim.dataOut);
        uint256 mask = type(uint192).max;
        scalars[0] = (1 | (separator << 32)) & mask;
        scalars[1] = ((separator >> 160) | (uint256(claim.batch) << 96) | (oldRoot << 128)) & mask;
        scalars[2] = (oldRoot >> 64);
        scalars[3] = newRoot & mask;
        scalars[4] = ((newRoot >> 192) | (uint256(claim.count) << 64) | (fees << 96)) & mask;
        scalars[5] = ((fees >> 96) | (DATA_IN << 160)) & mask;
        // scalars[6] and the lowest 32 bits of scalars[7] are of `DATA_IN` too, and zero.
        scalars[7] = (dataOut << 32) & mask;
        scalars[8] = dataOut >> 160;
    }

    /// A canonical digest as a number.
    function _limbs(bytes32 digest) private pure returns (uint256 number) {
        number = _reverse(digest);
        unchecked {
            // A limb is too large if its upper half is all ones and its lower half is not zero.
            uint256 high = (number >> 32) & LOW;
            uint256 low = number & LOW;
            // Bit 32 of a limb: the upper half plus one carries; the lower half plus 2^32 - 1 does.
            uint256 ones = (high + ONES) >> 32 & ONES;
            uint256 some = (low + LOW) >> 32 & ONES;
            if (ones & some != 0) revert NotCanonical(digest);
        }
    }

    /// The bytes in the other order.
    function _reverse(bytes32 word) private pure returns (uint256 number) {
        number = uint256(word);
        uint256 mask = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
        number = ((number >> 8) & mask) | ((number & mask) << 8);
        mask = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
        number = ((number >> 16) & mask) | ((number & mask) << 16);
        mask = LOW;
        number = ((number >> 32) & mask) | ((number & mask) << 32);
        mask = 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;
        number = ((number >> 64) & mask) | ((number & mask) << 64);
        number = (number >> 128) | (number << 128);
    }
}
