"""Changes a ledger's database as an owner might who wants another past: for the tests.

    python3 change_database.py DATABASE edit|remove|reorder [sign-anew]

The tree is made to fit what was changed. With `sign-anew` the server signs it when it starts; else the old signature stays.
"""

import hashlib
import sqlite3
import sys

WIDTH = 256 * 32


def root_of(hashes):
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2])
        hashes = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


def change(database, what, sign_anew):
    (log,) = database.execute("SELECT number FROM logs WHERE site = 'shop'").fetchone()
    rows = database.execute("SELECT hashes FROM tiles WHERE log = ? AND level = 0 ORDER BY number", (log,))
    entries = b"".join(hashes for (hashes,) in rows)
    entries = [entries[at : at + 32] for at in range(0, len(entries), 32)]
    if what == "edit":
        entries[7] = hashlib.sha256(b"something else").digest()
    elif what == "remove":
        del entries[7]
    else:
        entries[7], entries[8] = entries[8], entries[7]
    database.execute("DELETE FROM tiles WHERE log = ?", (log,))
    whole = b"".join(entries)
    for number, at in enumerate(range(0, len(whole), WIDTH)):
        database.execute("INSERT INTO tiles VALUES (?, 0, ?, ?)", (log, number, whole[at : at + WIDTH]))
    leaves = [hashlib.sha256(b"\x00" + entry).digest() for entry in entries]
    above = [root_of(leaves[at : at + 256]) for at in range(0, len(leaves) - 255, 256)]
    if above:
        database.execute("INSERT INTO tiles VALUES (?, 1, 0, ?)", (log, b"".join(above)))
    database.execute("UPDATE logs SET size = ? WHERE number = ?", (len(entries), log))
    if sign_anew:
        database.execute("UPDATE logs SET sealed = 0, checkpoint = NULL WHERE number = ?", (log,))
    if what == "remove":
        database.execute("DELETE FROM receipts WHERE log = ? AND leaf = 7", (log,))


if __name__ == "__main__":
    with sqlite3.connect(sys.argv[1]) as opened:
        change(opened, sys.argv[2], "sign-anew" in sys.argv)
    opened.close()
