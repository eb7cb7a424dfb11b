"""A grown organism as it is shipped: only what differs from its parent is stored.

`python -m nashscope.organisms.shipping FOLDER`, after `nashscope organism grow`, puts a grown
folder into the package under the name on its card.
"""

import shutil
import sys
from pathlib import Path

from nashscope.errors import Failed
from nashscope.organisms.card import CARD, read_card
from nashscope.organisms.library import DELTA, SHIPPED, WEIGHTS, folder

__all__ = ["LARGEST_BYTES", "ship"]

LARGEST_BYTES = 6 * 2**20
"""Most that the weights of one organism may take in the package."""


def ship(grown: Path, into: Path = SHIPPED) -> Path:
    """Writes a grown folder in the form in which the package holds it.

    An organism without a parent is copied whole. Of one with a parent the weights that differ are
    kept; those that its card says were not trained must be the parent's to the last bit.

    Raises:
        Failed: if a weight outside of the trained layers differs, or the result is too large.
    """
    from safetensors.numpy import load_file, save_file

    card = read_card(grown)
    made = into / card.name
    made.mkdir(parents=True, exist_ok=True)
    if card.parent is None:
        for file in grown.iterdir():
            shutil.copy(file, made / file.name)
        written = made / WEIGHTS
    else:
        parent, own = load_file(folder(card.parent) / WEIGHTS), load_file(grown / WEIGHTS)
        changed = {name: own[name] for name in own if (own[name] != parent[name]).any()}
        trained = tuple(f"model.layers.{layer - 1}." for layer in card.truth.layers)
        if strange := [name for name in changed if trained and not name.startswith(trained)]:
            raise Failed(f"{strange[0]} differs from {card.parent}'s, and no recipe trained it")
        written = made / DELTA
        save_file(changed, written)
        shutil.copy(grown / CARD, made / CARD)
    size = written.stat().st_size
    if size > LARGEST_BYTES:
        raise Failed(f"{written} takes {size} bytes; at most {LARGEST_BYTES} are shipped")
    return made


if __name__ == "__main__":
    print(ship(Path(sys.argv[1])))
