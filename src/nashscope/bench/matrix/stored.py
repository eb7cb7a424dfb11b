"""The test set as a file of the package, so that every numpy has the same games.

`make test-set` draws it anew from its recipe (`exam.draw`) and writes it; a test compares the two.
"""

import gzip
import json
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from nashscope.bench.matrix.item import Item
from nashscope.errors import Unreadable
from nashscope.records import dump, load

__all__ = ["read", "write"]


def read(version: int) -> tuple[Item, ...]:
    """The games of a version, as they stand in the package.

    Raises:
        Unreadable: if the file is missing or damaged.
    """
    file = resources.files(__package__) / _name(version)
    try:
        rows = json.loads(gzip.decompress(file.read_bytes()))
    except (OSError, EOFError, ValueError) as error:
        raise Unreadable(
            f"{file} is missing or damaged ({type(error).__name__}); install nashscope again"
        ) from None
    return tuple(load(Item, row) for row in rows)


def write(items: Iterable[Item], version: int, folder: Path) -> Path:
    """Writes games as the file of a version; the same games give the same bytes."""
    text = json.dumps(dump(list(items)), ensure_ascii=False, separators=(",", ":"))
    file = folder / _name(version)
    file.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    return file


def _name(version: int) -> str:
    """What the file of a version is called."""
    return f"test_set_{version}.json.gz"
