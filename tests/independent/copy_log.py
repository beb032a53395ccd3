"""Copies the public files of a log into a folder: checkpoint, key and tiles, under the names that they have at the server.

    python3 copy_log.py https://consent.example.com/v1/log/shop FOLDER

Needs Python alone. Judges nothing: check_log.py does.
"""

import pathlib
import sys
import urllib.request

TILE_WIDTH = 256


def tile_path(level, number, width):
    """Where a tile lies (C2SP tlog-tiles): groups of three digits, all but the last behind an `x`."""
    digits = str(number)
    groups = str(number).zfill(-(-len(digits) // 3) * 3)
    groups = [groups[at : at + 3] for at in range(0, len(groups), 3)]
    path = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{path}" + (f".p/{width}" if width < TILE_WIDTH else "")


def tiles(level, count):
    """The tiles of a level with so many hashes: each with its width."""
    for number in range(-(-count // TILE_WIDTH)):
        width = min(TILE_WIDTH, count - number * TILE_WIDTH)
        yield tile_path(level, number, width), width


def tiles_of_log(size):
    """Every tile of a log of this size: the entries, and each level of hashes."""
    yield from (path for path, _ in tiles("entries", size))
    level = 0
    while size >> (8 * level):
        yield from (path for path, _ in tiles(level, size >> (8 * level)))
        level += 1


def copy(address, folder):
    def fetch(name):
        with urllib.request.urlopen(f"{address.rstrip('/')}/{name}", timeout=30) as answer:
            content = answer.read()
        file = pathlib.Path(folder, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return content

    size = int(fetch("checkpoint").decode().split("\n")[1])
    fetch("key")
    for name in tiles_of_log(size):
        fetch(name)
    return size


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(f"copied a log of {copy(sys.argv[1], sys.argv[2])} receipts")
