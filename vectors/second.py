#!/usr/bin/env python3
"""A second implementation of Furl's formats, written from docs/formats.md and nothing else.

It reads the vectors beside it with Python's own integers, checks every signature and every rule that bears on the
state, and arrives at the same statement to the byte. It is slow, and it is not careful with secrets: it is here to show
that the page says enough, and to say so again whenever either changes.

    python3 vectors/second.py
"""

import hashlib
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
P = 2**64 - 2**32 + 1


def document(name):
    return json.loads((HERE / name).read_text())


def lines(name):
    return [json.loads(line) for line in (HERE / name).read_text().splitlines()]


# Bytes and elements


def unhex(text):
    assert text.startswith("0x")
    return bytes.fromhex(text[2:])


def elements(data):
    limbs = [int.from_bytes(data[i : i + 8], "little") for i in range(0, len(data), 8)]
    assert all(limb < P for limb in limbs), "an element is canonical"
    return limbs


def to_bytes(limbs):
    return b"".join(limb.to_bytes(8, "little") for limb in limbs)


def shake(*parts):
    return int.from_bytes(hashlib.shake_256(b"".join(parts)).digest(64), "little")


# Hash

POSEIDON = document("poseidon.json")
CONSTANTS = [int(word, 16) for word in POSEIDON["round_constants"]]
CIRCULANT, DIAGONAL = POSEIDON["mds_circulant"], POSEIDON["mds_diagonal"]


def permute(state):
    state = list(state)
    for number in range(30):
        state = [(x + CONSTANTS[12 * number + i]) % P for i, x in enumerate(state)]
        full = number < 4 or number >= 26
        state = [pow(x, 7, P) if full or i == 0 else x for i, x in enumerate(state)]
        mixed = [sum(CIRCULANT[i] * state[(i + j) % 12] for i in range(12)) for j in range(12)]
        state = [(mixed[j] + DIAGONAL[j] * state[j]) % P for j in range(12)]
    return state


def digest(tag, words):
    return permute([*words, *[0] * (8 - len(words)), tag, len(words), 0, 0])[:4]


# The field of p^5 elements, z^5 = 3

ZERO, ONE = [0] * 5, [1, 0, 0, 0, 0]


def number(n):
    return [n % P, 0, 0, 0, 0]


def add(a, b):
    return [(x + y) % P for x, y in zip(a, b)]


def sub(a, b):
    return [(x - y) % P for x, y in zip(a, b)]


def mul(a, b):
    product = [0] * 10
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            product[i + j] += x * y
    return [(product[i] + 3 * product[i + 5]) % P for i in range(5)]


def power(a, exponent):
    result = ONE
    for bit in bin(exponent)[2:]:
        result = mul(result, result)
        if bit == "1":
            result = mul(result, a)
    return result


def inverse(a):
    return power(a, P**5 - 2)


def is_square(a):
    return a == ZERO or power(a, (P**5 - 1) // 2) == ONE


def root(a):
    """A square root, by Tonelli and Shanks; None if there is none. 7 is no square."""
    if a == ZERO or not is_square(a):
        return a if a == ZERO else None
    odd, height = (P**5 - 1) >> 32, 32
    c, t, r = power(number(7), odd), power(a, odd), power(a, (odd + 1) // 2)
    while t != ONE:
        order, u = 0, t
        while u != ONE:
            order, u = order + 1, mul(u, u)
        b = power(c, 1 << (height - order - 1))
        height, c = order, mul(b, b)
        t, r = mul(t, c), mul(r, b)
    return r


# The curve; None is the neutral element

THIRD = pow(3, -1, P)
SHIFT = number(2 * THIRD)
A = [-4 * THIRD % P, 263, 0, 0, 0]
N = 0x7FFFFFFD80000007_7FFFFFF100000016_7FFFFFE6CFB80639_E8885C39D724A09C_E80FD996948BFFE1


def decode(w):
    e = sub(mul(w, w), number(2))
    r = root(sub(mul(e, e), [0, 1052, 0, 0, 0]))
    if r is None or w == ZERO:
        return None
    halves = [mul(part, number(pow(2, -1, P))) for part in (add(e, r), sub(e, r))]
    u = next(half for half in halves if is_square(half))
    return add(u, SHIFT), sub(ZERO, mul(w, u))


def plus(a, b):
    if a is None or b is None:
        return a if b is None else b
    if a[0] == b[0] and a[1] != b[1]:
        return None
    if a[0] == b[0]:
        slope = mul(add(mul(number(3), mul(a[0], a[0])), A), inverse(add(a[1], a[1])))
    else:
        slope = mul(sub(b[1], a[1]), inverse(sub(b[0], a[0])))
    x = sub(sub(mul(slope, slope), a[0]), b[0])
    return x, sub(mul(slope, sub(a[0], x)), a[1])


def times(n, point):
    result = None
    for bit in bin(n % N)[2:]:
        result = plus(result, result)
        if bit == "1":
            result = plus(result, point)
    return result


def blinding_base():
    for i in range(2**32):
        data = hashlib.shake_256(b"furl/EcGFp5/H" + i.to_bytes(4, "little")).digest(40)
        try:
            point = decode(elements(data))
        except AssertionError:
            continue
        if point is not None:
            return point


G = decode(number(4))
START = times(2**132, blinding_base())


# Signatures


def message(order):
    first = 2**58 + order["from"] * 2**32 + order["expiry"]
    return [first, order["to"] * 2**10 + order["fee"], int(order["amount"]), order["nonce"], 0, 0]


def challenge(commitment, public, separator, words):
    capacity = permute([*commitment[0], *public[0][:3], *separator])[8:]
    h = permute([*public[0][3:], *words, *capacity])
    if any(x >> 60 == 15 for x in h[:3]):
        return None
    return h[0] % 2**60 + 2**60 * (h[1] % 2**60) + 2**120 * (h[2] % 2**12)


def verifies(signature, public, separator, words):
    c, s = int.from_bytes(signature[:17], "little"), int.from_bytes(signature[17:], "little")
    assert len(signature) == 57 and c < 2**132 and s < N
    commitment = plus(plus(START, times(s, G)), times(2 * c - (2**132 - 1), public))
    return commitment is not None and challenge(commitment, public, separator, words) == c


def sign(d, encoded, separator, words):
    for counter in range(2**64):
        parts = [d.to_bytes(40, "little"), to_bytes(separator), encoded, to_bytes(words), counter.to_bytes(8, "little")]
        k = shake(b"furl/nonce", *parts) % N
        c = challenge(plus(START, times(k, G)), decode(elements(encoded)), separator, words)
        if c is not None:
            s = (k - (2 * c - (2**132 - 1)) * d) % N
            return c.to_bytes(17, "little") + s.to_bytes(40, "little")


# State


def layer1_address(text):
    digits, address = text[2:], unhex(text)
    nibbles = keccak256(digits.lower().encode()).hex()
    checked = "".join(d.upper() if int(n, 16) >= 8 else d for d, n in zip(digits.lower(), nibbles))
    assert digits in (digits.lower(), digits.upper(), checked), "letters of both cases are the checksum of EIP-55"
    return address


class Slot:
    def __init__(self, entry):
        self.encoded = unhex(entry["public_key"])
        self.public = decode(elements(self.encoded))
        address = layer1_address(entry["l1_address"])
        pieces = [int.from_bytes(piece, "big") for piece in (address[:7], address[7:14], address[14:])]
        self.owner = digest(1, self.public[0] + pieces)
        self.token, self.nonce, self.balance = entry["token"], entry["nonce"], int(entry["balance"])

    def leaf(self):
        return digest(4, [*self.owner, self.token, self.nonce, self.balance])


def state_root(slots):
    level, empty = {index: slot.leaf() for index, slot in slots.items()}, digest(3, [])
    for _ in range(24):
        parents = {index >> 1 for index in level}
        level = {i: digest(5, level.get(2 * i, empty) + level.get(2 * i + 1, empty)) for i in parents}
        empty = digest(5, empty + empty)
    return level[0]


def fee(code):
    return code % 256 * 100 ** (code // 256)


def data_chain(transfers):
    chain, words = [7, 0, 0, 0], []
    for order in transfers:
        words += [int(order["amount"]), order["from"] * 2**36 + order["to"] * 2**10 + order["fee"]]
    words += [0] * (-len(words) % 8)
    for i in range(0, len(words), 8):
        chain = permute(words[i : i + 8] + chain)[8:]
    return chain


def apply(batch, lanes, slots, separator, transfers):
    sums = dict.fromkeys((lane["token"] for lane in lanes if lane), 0)
    for order in transfers:
        sender, receiver = slots[order["from"]], slots[order["to"]]
        amount, paid = int(order["amount"]), fee(order["fee"])
        assert verifies(unhex(order["signature"]), sender.public, separator, message(order)), "T1"
        assert sender.nonce == order["nonce"] and batch <= order["expiry"], "T2, T6"
        assert sender.balance >= amount + paid and sender.token == receiver.token, "T3, T4"
        assert paid == 0 or sender.token in sums, "T10"
        sender.nonce, sender.balance = sender.nonce + 1, sender.balance - amount - paid
        receiver.balance += amount
        if paid:
            sums[sender.token] += paid
    for lane in filter(None, lanes):
        slots[lane["slot"]].balance += sums[lane["token"]]


def statement(state, transfers):
    domain = unhex(state["domain"])
    separator = digest(2, [int.from_bytes(domain[i : i + 4], "big") for i in range(0, 32, 4)])
    assert all(unhex(order["domain"]) == domain for order in transfers), "T8"
    lanes = (state["lanes"] + [None] * 4)[:4]
    fees = digest(6, [2**56 + lane["slot"] * 2**32 + lane["token"] if lane else 0 for lane in lanes])
    slots = {entry["slot"]: Slot(entry) for entry in state["slots"]}
    before = state_root(slots)
    apply(state["batch"], lanes, slots, separator, transfers)
    digests = [before, state_root(slots), fees, [7, 0, 0, 0], data_chain(transfers)]
    old, new, fees, data_in, data_out = map(to_bytes, digests)
    version, batch, count = (n.to_bytes(4, "little") for n in (1, state["batch"], len(transfers)))
    return version + to_bytes(separator) + batch + old + new + count + fees + data_in + data_out, separator


# The setup: BN254, whose coordinates are numbers modulo Q, or pairs of them with u^2 = -1

Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583
R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
H = (
    (
        10857046999023057135944570762232829481370756359578518086990519993285655852781,
        11559732032986387107991004021392285783925812861821192530917403151452391805634,
    ),
    (
        8495653923123431417604973247489272438418190587263600148770280649306958101930,
        4082367875863433681332203403145435568316851327593401208105741076214120093531,
    ),
)


def pair_mul(a, b):
    return (a[0] * b[0] - a[1] * b[1]) % Q, (a[0] * b[1] + a[1] * b[0]) % Q


def pair_inverse(a):
    norm = pow(a[0] * a[0] + a[1] * a[1], -1, Q)
    return a[0] * norm % Q, -a[1] * norm % Q


def pair_plus(a, b):
    """The sum of two points on a curve y^2 = x^3 + b; None is the neutral element."""
    if a is None or b is None:
        return a if b is None else b
    (x, y), (z, w) = a, b
    if x == z and y != w:
        return None
    numerator = pair_mul((3, 0), pair_mul(x, x)) if a == b else (w[0] - y[0], w[1] - y[1])
    denominator = pair_mul((2, 0), y) if a == b else (z[0] - x[0], z[1] - x[1])
    slope = pair_mul(numerator, pair_inverse(denominator))
    square = pair_mul(slope, slope)
    x2 = (square[0] - x[0] - z[0]) % Q, (square[1] - x[1] - z[1]) % Q
    along = pair_mul(slope, (x[0] - x2[0], x[1] - x2[1]))
    return x2, ((along[0] - y[0]) % Q, (along[1] - y[1]) % Q)


def pair_times(n, point):
    result = None
    for bit in bin(n)[2:]:
        result = pair_plus(result, result)
        if bit == "1":
            result = pair_plus(result, point)
    return result


def coordinates(numbers):
    return b"".join((number * 2**256 % Q).to_bytes(32, "little") for number in numbers)


def insecure_setup(k):
    n, tau = 1 << k, shake(b"furl/INSECURE/setup") % R
    omega = pow(7, (R - 1) // n, R)
    powers = [pow(tau, i, R) for i in range(n)]
    basis = []
    for j in range(n):
        value = 1
        for i in range(n):
            if i != j:
                value = value * (tau - pow(omega, i, R)) * pow(pow(omega, j, R) - pow(omega, i, R), -1, R) % R
        basis.append(value)
    g = (1, 0), (2, 0)
    first = [pair_times(scalar, g) for scalar in powers + basis]
    second = [coordinates([*x, *y]) for x, y in (H, pair_times(tau, H))]
    return k.to_bytes(4, "little") + b"".join(coordinates([x[0], y[0]]) for x, y in first) + b"".join(second)


def check_setups():
    setup = (HERE / "setup.kzg").read_bytes()
    assert setup == b"FURLKZG\0" + bytes([1, 0]) + b"INSECURE" + insecure_setup(3)
    hashed = setup[18 : 22 + 64 * 8] + setup[22 + 128 * 8 :]
    assert hashlib.sha256(hashed).hexdigest().startswith("819a1c21e28d02f6")
    ceremony = (HERE / "ceremony-8.ptau").read_bytes()
    assert ceremony[:12] == b"ptau" + bytes([1, 0, 0, 0, 11, 0, 0, 0])
    place, sections = 12, {}
    while place < len(ceremony):
        kind = int.from_bytes(ceremony[place : place + 4], "little")
        length = int.from_bytes(ceremony[place + 4 : place + 12], "little")
        assert kind not in sections
        sections[kind] = ceremony[place + 12 : place + 12 + length]
        place += 12 + length
    assert place == len(ceremony) and sections[1][:36] == bytes([32, 0, 0, 0]) + Q.to_bytes(32, "little")
    assert sections[1][36:40] == bytes([8, 0, 0, 0])
    assert len(sections[2]) == 64 * (2**9 - 1) and len(sections[3]) == 128 * 2**8
    assert len(sections[12]) == 64 * (2**10 - 1)
    assert sections[2][:64] == coordinates([1, 2]) and sections[3][:128] == coordinates([*H[0], *H[1]])
    digest = hashlib.blake2b(ceremony).hexdigest()
    assert f'"{digest}"' in (HERE.parent / "wrap/src/setup/pins.rs").read_text(), "the ceremony is pinned"


# Wrapped proofs


def keccak256(data):
    """The hash before it was standardised: its padding begins with 1, not with 6."""
    rate, mask = 136, 2**64 - 1
    rotate = lambda x, n: (x << n | x >> 64 - n) & mask if n else x
    padded = bytearray(data + b"\1" + bytes(-(len(data) + 1) % rate))
    padded[-1] |= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for block in range(0, len(padded), rate):
        for i in range(rate // 8):
            lanes[i % 5][i // 5] ^= int.from_bytes(padded[block + 8 * i :][:8], "little")
        feedback = 1
        for _ in range(24):
            columns = [a ^ b ^ c ^ d ^ e for a, b, c, d, e in lanes]
            mixed = [columns[(x + 4) % 5] ^ rotate(columns[(x + 1) % 5], 1) for x in range(5)]
            lanes = [[lane ^ mixed[x] for lane in lanes[x]] for x in range(5)]
            x, y, current = 1, 0, lanes[1][0]
            for t in range(24):
                x, y = y, (2 * x + 3 * y) % 5
                current, lanes[x][y] = lanes[x][y], rotate(current, (t + 1) * (t + 2) // 2 % 64)
            rows = [[lanes[x][y] for x in range(5)] for y in range(5)]
            lanes = [[row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]) for row in rows] for x in range(5)]
            for j in range(7):
                feedback = (feedback << 1 ^ (feedback >> 7) * 0x71) % 256
                if feedback & 2:
                    lanes[0][0] ^= 1 << (1 << j) - 1
    return b"".join(lanes[i % 5][i // 5].to_bytes(8, "little") for i in range(4))


def words(data):
    assert len(data) % 32 == 0
    return [int.from_bytes(data[i : i + 32], "big") for i in range(0, len(data), 32)]


def points(numbers):
    """Points of the first group, by their coordinates."""
    for x, y in zip(numbers[::2], numbers[1::2]):
        assert x < Q and y < Q and (y * y - x * x * x - 3) % Q == 0, "a point is on the curve"


def check_wrapped(claimed):
    key = (HERE / "wrap.key").read_bytes()
    assert len(key) == 896 and key[:8] == b"FURLWKEY" and key[20:32] == bytes(12)
    assert [int.from_bytes(key[i : i + 4], "little") for i in (8, 12, 16)] == [1, 1, 18]
    numbers = words(key[32:])
    assert numbers[0] < R
    points(numbers[1:23])
    x1, x0, y1, y0 = numbers[23:]
    tau = shake(b"furl/INSECURE/setup") % R
    assert ((x0, x1), (y0, y1)) == tuple(map(tuple, pair_times(tau, H))), "the key is of the insecure setup"

    proof = (HERE / "wrapped.proof").read_bytes()
    assert proof[:15] == b"FURLPRF\0" + bytes([1, 0, 1, 4, 0, 0, 0]) and proof[15:47] == keccak256(key)
    assert proof[47:251] == claimed and int.from_bytes(proof[251:255], "little") == len(proof) - 255 == 2496
    numbers = words(proof[255:])
    points(numbers[:30] + numbers[74:])
    assert all(evaluation < R for evaluation in numbers[30:74])

    # The public scalars, and what the contracts are told.
    scalars = [int.from_bytes(claimed[i : i + 24], "little") for i in range(0, 204, 24)]
    call = document("calldata.json")
    selector = keccak256(b"verify(uint256[9],uint256[78])")[:4]
    assert unhex(call["verify"]) == selector + b"".join(n.to_bytes(32, "big") for n in scalars) + proof[255:]
    selector = keccak256(b"submit((bytes32,uint32,bytes32,bytes32,uint32,bytes32,bytes32),uint256[78])")[:4]
    word = lambda start: bytes(28) + claimed[start : start + 4][::-1]
    digests = [claimed[start : start + 32] for start in (4, 40, 72, 108, 172)]
    claim = [digests[0], word(36), digests[1], digests[2], word(104), digests[3], digests[4]]
    assert unhex(call["submit"]) == selector + b"".join(claim) + proof[255:]


def main():
    assert keccak256(b"").hex().startswith("c5d2460186f7233c")
    layer1_address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
    check_setups()
    for case in POSEIDON["permutations"]:
        assert permute(int(x, 16) for x in case["input"]) == [int(x, 16) for x in case["output"]]
    assert times(N - 1, G)[0] == G[0], "the group has order n"

    state, transfers = document("state.json"), lines("transfers.jsonl")
    claimed, separator = statement(state, transfers)
    assert claimed == unhex(document("statement.json")["bytes"])

    proof = (HERE / "root.proof").read_bytes()
    assert proof[:15] == b"FURLPRF\0" + bytes([1, 0, 1, 3, 0, 0, 0]) and proof[47:251] == claimed
    assert len(proof) == 255 + int.from_bytes(proof[251:255], "little")
    elements(proof[255:])
    check_wrapped(claimed)

    unsigned = ("from", "to", "amount", "fee", "nonce", "expiry")
    assert [{name: order[name] for name in unsigned} for order in transfers] == lines("orders.jsonl")
    for index, key in enumerate(lines("keys.jsonl")):
        label = b"furl/vectors"
        lengths = [n.to_bytes(8, "little") for n in (len(label), index)]
        secret = shake(b"furl/key", b"\x42" * 32, lengths[0], label, lengths[1]) % N
        assert secret == int.from_bytes(unhex(key["secret"]), "little")
        encoded = unhex(key["public"])
        assert times(secret, G) == decode(elements(encoded))
        for order in transfers:
            owner = next(entry for entry in state["slots"] if entry["slot"] == order["from"])["public_key"]
            if owner == key["public"]:
                assert sign(secret, encoded, separator, message(order)) == unhex(order["signature"])
    print("the second implementation agrees with the vectors")


if __name__ == "__main__":
    main()
