"""Checks a log that copy_log.py copied, and receipts of it, with none of Consentry's code.

    python3 check_log.py FOLDER [--key KEY] [--kept CHECKPOINT]... [--receipt RECEIPT]...
    python3 check_log.py --receipt RECEIPT --key KEY

The tree is pymerkle's, the signatures are checked by the package cryptography. Prints what was found, and exits with 1 when
something does not fit. `--key`: the key that you trust, else the one in the folder. `--kept`: a checkpoint of the same log that
you kept earlier, or got from somebody else; without one, a log that was made anew as a whole cannot be told from the first.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import sys

from copy_log import tiles
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pymerkle import InclusionProof, InmemoryTree, InvalidProof, verify_consistency, verify_inclusion

HASH = 32
ED25519 = b"\x01"


class DoesNotFit(Exception):
    """Something is not as it should be; the message says what."""


class Key:
    """A key in the form of C2SP's signed-note: name+id+base64."""

    def __init__(self, text):
        self.name, key_id, encoded = text.strip().split("+", 2)
        key = base64.b64decode(encoded, validate=True)
        self.id = hashlib.sha256(self.name.encode() + b"\n" + key).digest()[:4]
        if key[:1] != ED25519 or self.id.hex() != key_id:
            raise DoesNotFit(f"found {text.strip()!r}, expected an Ed25519 key with its own id")
        self.key = Ed25519PublicKey.from_public_bytes(key[1:])

    def has_signed(self, text, line):
        """Whether this line of a note is this key's signature over the text. Lines of others, as witnesses, say nothing."""
        dash, name, encoded = line.split(" ", 2)
        signature = base64.b64decode(encoded, validate=True)
        if (dash, name, signature[:4]) != ("—", self.name, self.id):
            return False
        try:
            self.key.verify(signature[4:], text.encode())
            return True
        except InvalidSignature:
            return False


class Checkpoint:
    """A signed checkpoint (C2SP tlog-checkpoint): how many leaves the log has, and their root."""

    def __init__(self, note, keys):
        text, signatures = note.rsplit("\n\n", 1)
        text += "\n"
        origin, size, root = text.split("\n")[:3]
        self.origin, self.size, self.root = origin, int(size), base64.b64decode(root, validate=True)
        if not any(key.name == origin and key.has_signed(text, line) for key in keys for line in signatures.splitlines()):
            raise DoesNotFit(f"the checkpoint of {origin} over {size} entries is not signed by the key, or was changed")


def entries_of(folder, size):
    """The entries of the leaves, out of their tiles: each 32 bytes behind their length in two."""
    for path, width in tiles("entries", size):
        bundle = pathlib.Path(folder, path).read_bytes()
        if len(bundle) != width * (2 + HASH):
            raise DoesNotFit(f"{path}: found {len(bundle)} bytes, expected {width} entries")
        for at in range(0, len(bundle), 2 + HASH):
            yield bundle[at + 2 : at + 2 + HASH]


def tree_of(entries):
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(entries)
    return tree


def check_tiles(folder, entries):
    """Whether the tiles of hashes follow from the entries: a hash of level n stands for 256 to the power of n of them."""
    level = 0
    while len(entries) >> (8 * level):
        span = 256**level
        for path, width in tiles(level, len(entries) // span):
            found = pathlib.Path(folder, path).read_bytes()
            first = int("".join(filter(str.isdigit, path.split("/", 2)[2].split(".")[0]))) * 256
            starts = range(first * span, (first + width) * span, span)
            expected = b"".join(tree_of(entries[start : start + span]).get_root() for start in starts)
            if found != expected:
                raise DoesNotFit(f"{path}: the hashes do not follow from the entries")
        level += 1


def check_kept(kept, tree, checkpoint):
    """Whether the log is the one of a kept checkpoint, grown. A witness does the same with the tiles that it needs."""
    if kept.origin != checkpoint.origin:
        raise DoesNotFit(f"the kept checkpoint is of another log: {kept.origin}")
    if kept.size > checkpoint.size:
        raise DoesNotFit(f"the log was put back: it has {checkpoint.size} entries, the kept checkpoint {kept.size}")
    if tree.get_root(kept.size) != kept.root:
        raise DoesNotFit(f"the log is another one: its first {kept.size} entries are not those of the kept checkpoint")
    if kept.size:
        proof = tree.prove_consistency(kept.size, checkpoint.size)
        verify_consistency(kept.root, checkpoint.root, proof, kept.size, checkpoint.size, "sha256")


def sides(index, size):
    """On which side each node of an inclusion proof is, from the leaf upwards (RFC 9162 section 2.1.3.1)."""
    found, start, end = [], 0, size
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        found.append(int(index >= middle))
        start, end = (middle, end) if index >= middle else (start, middle)
    return found[::-1] + [0]


def receipts_of(file):
    """What a downloaded file keeps: one receipt, or all of a visitor, which have one checkpoint."""
    kept = json.loads(pathlib.Path(file).read_text("utf-8"))
    if "receipts" not in kept:
        return [kept]
    note = kept["log"]["checkpoint"]
    for one in kept["receipts"]:
        if one["proof"] is None:
            raise DoesNotFit(f"{file}: the receipt {one['receipt']['id']} is not provable yet")
        one["proof"].update(index=one["leaf"], checkpoint=note)
    return kept["receipts"]


def check_receipt(file, kept, keys, copied=None):
    """Whether a downloaded receipt is what was recorded, and in the log: in the copied one too, if there is one."""
    record = {"receipt": kept["receipt"], "received": kept["received"]}
    record = json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()
    entry = hashlib.sha256(bytes.fromhex(kept["salt"]) + record).digest()
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    proof = kept["proof"]
    checkpoint = Checkpoint(proof["checkpoint"], keys)
    index, size = proof["index"], checkpoint.size
    path = [base64.b64decode(node, validate=True) for node in proof["path"]]
    if index >= size:
        raise DoesNotFit(f"{file}: found the place {index} in a log of {size}")
    claim = InclusionProof("sha256", True, size, index + 1, sides(index, size), [leaf] + path)
    try:
        verify_inclusion(leaf, checkpoint.root, claim, index + 1, size, "sha256")
    except InvalidProof as error:
        raise DoesNotFit(f"{file}: not what was recorded, or not in the log: {error}") from error
    if copied:
        check_kept(checkpoint, *copied)
    return kept["receipt"]["id"]


def main(arguments):
    copied = None
    keys = [Key(text) for text in arguments.key]
    if arguments.folder:
        keys = keys or [Key(line) for line in pathlib.Path(arguments.folder, "key").read_text().splitlines()]
        checkpoint = Checkpoint(pathlib.Path(arguments.folder, "checkpoint").read_text("utf-8"), keys)
        entries = list(entries_of(arguments.folder, checkpoint.size))
        tree = tree_of(entries)
        if tree.get_root() != checkpoint.root:
            raise DoesNotFit("the log is not what was signed: its entries have another root than the checkpoint")
        check_tiles(arguments.folder, entries)
        copied = (tree, checkpoint)
        print(f"{checkpoint.origin}: {checkpoint.size} entries, as they were signed")
        for file in arguments.kept:
            kept = Checkpoint(pathlib.Path(file).read_text("utf-8"), keys)
            check_kept(kept, tree, checkpoint)
            print(f"{file}: the same log, which had {kept.size} entries then")
    for file in arguments.receipt:
        for kept in receipts_of(file):
            print(f"{file}: the receipt {check_receipt(file, kept, keys, copied)} is in the log, unchanged")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    for name in ["--key", "--kept", "--receipt"]:
        parser.add_argument(name, action="append", default=[])
    given = parser.parse_args()
    if not given.folder and not (given.key and given.receipt):
        parser.error("expected a folder, or --receipt and --key")
    try:
        main(given)
    except (DoesNotFit, OSError, ValueError, KeyError, InvalidProof) as error:
        sys.exit(f"does not fit: {error}")
