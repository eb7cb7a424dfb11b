"""`nashscope games`: the catalogue, and what is known of each game in it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.option import AsJson
from nashscope.cli.screen import console, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from nashscope.games import Named

__all__ = ["games"]

SHOWN = 200
"""Nodes of a tree that are drawn."""
SMALL = 3
"""Up to so many actions each, a game's picture is part of the list."""


def games(
    name: Annotated[
        str | None, typer.Argument(help="Show one game in full.", metavar="[GAME]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Lists the named games by family, with their payoffs, or shows one of them.

    Besides those listed, `ordinal-ROW-COLUMN` names the 144 strict ordinal 2×2
    games, rows and columns from 1 to 12, and `path/to/file.py:name` a game of
    your own.
    """
    from nashscope.games import catalogue, named

    chosen = catalogue() if name is None else [name]
    entries = {_shown(each): named(each) for each in chosen}
    if as_json:
        print_json([_described(each, entry) for each, entry in entries.items()])
        return
    screen = console()
    if name is not None:
        _show(screen, _shown(name), entries[_shown(name)])
    else:
        _list(screen, entries)


def _shown(name: str) -> str:
    """A name as it is shown: in its normal form."""
    from nashscope.games import normal_name

    return normal_name(name)


def _size(game: Any) -> str:
    """How large a game is, in a few words."""
    from nashscope.games import NormalForm, Tree

    if isinstance(game, NormalForm):
        return "×".join(map(str, game.shape))
    if isinstance(game, Tree):
        return f"tree, {game.players} players, {len(game.information)} information sets"
    longest = getattr(game, "longest", None)
    return f"with a state, {game.players} players" + (f", {longest} answers" if longest else "")


def _described(name: str, entry: "Named") -> dict[str, Any]:
    """An entry as plain data; payoffs as exact text."""
    from nashscope.games import NormalForm, Tree
    from nashscope.games.outline import questions
    from nashscope.games.rational import as_decimal

    made = entry.make()
    told: dict[str, Any] = {
        "name": name,
        "family": entry.family,
        "size": _size(made),
        "players": made.players,
        "source": entry.source,
        "equilibria": entry.equilibria or None,  # none that is known is not none
        "complete": entry.complete if entry.equilibria else None,
        "value": entry.value,
        "perfect": entry.perfect,
        "together": entry.together,
        "note": entry.note,
    }
    if not isinstance(made, NormalForm | Tree):
        told["asks"] = questions(made)
    if isinstance(made, NormalForm):
        told["actions"] = made.actions
        flat = [as_decimal(u) for u in made.exact.ravel()]
        told["payoffs"] = _nested(flat, made.exact.shape)
    return told


def _nested(flat: list[str], shape: tuple[int, ...]) -> Any:
    """A flat list as nested ones."""
    if len(shape) == 1:
        return flat
    step = len(flat) // shape[0]
    return [_nested(flat[n * step : (n + 1) * step], shape[1:]) for n in range(shape[0])]


def _list(screen: "Console", entries: dict[str, "Named"]) -> None:
    """All games by family."""
    from rich.padding import Padding
    from rich.text import Text

    from nashscope.cli.picture import payoff_tables
    from nashscope.games import NormalForm, Tree

    for family in sorted({entry.family for entry in entries.values()}):
        screen.print(Text(family.upper(), style="bold"))
        for name, entry in entries.items():
            if entry.family != family:
                continue
            made = entry.make()
            screen.print(Text(f"  {name}  ({_size(made)})"))
            if not isinstance(made, NormalForm | Tree):
                for line in _known(made, entry):
                    screen.print(Padding(Text(line), (0, 0, 0, 4)))
            if isinstance(made, NormalForm) and made.players == 2 and max(made.shape) <= SMALL:
                for _, picture in payoff_tables(made, screen.width - 4):
                    screen.print(Padding(picture, (0, 0, 0, 4)))
        screen.print()
    screen.print("A star marks a pure equilibrium.")
    screen.print("`nashscope games NAME` shows one in full, `nashscope solve NAME` solves it.")
    screen.print("The 144 strict ordinal 2×2 games are named ordinal-ROW-COLUMN (1 to 12).")


def _asked(game: Any) -> list[str]:
    """What is asked in a game with a state, a line each."""
    from nashscope.games.outline import questions

    return [f"asks: {about}: {kind}" if about else kind for about, kind in questions(game).items()]


def _known(game: Any, entry: "Named") -> list[str]:
    """What is asked in a game with a state, and what is known of it."""
    known = []
    if entry.perfect is not None:
        known.append(f"backward induction pays {', '.join(entry.perfect)}")
    if entry.value is not None:
        known.append(f"the value is {entry.value}")
    if entry.together is not None:
        known.append(f"all together can earn {entry.together}")
    return [*_asked(game), *known]


def _show(screen: "Console", name: str, entry: "Named") -> None:
    """One game with everything known of it."""
    from rich.text import Text

    from nashscope.cli.picture import payoff_tables, tree_lines
    from nashscope.games import NormalForm, Tree

    made = entry.make()
    screen.print(Text(f"{name}  ({entry.family}; {_size(made)})", style="bold"))
    screen.print(Text(entry.source))
    if entry.note:
        screen.print(Text(entry.note))
    if isinstance(made, NormalForm):
        pictures = payoff_tables(made, screen.width)
        if not pictures:
            screen.print("The payoffs do not fit a picture here; --json prints them.")
        for caption, picture in pictures:
            if caption:
                screen.print(Text(caption))
            screen.print(picture)
    elif isinstance(made, Tree):
        for line in tree_lines(made, SHOWN):
            screen.print(Text(line))
    else:
        for line in _asked(made):
            screen.print(Text(line))
    for profile in entry.equilibria:
        screen.print(Text(f"equilibrium: {_profile(made, profile)}"))
    if entry.equilibria and not entry.complete:
        screen.print("There are more equilibria than these.")
    if entry.value is not None:
        first = getattr(made, "player_name", lambda player: f"player {player + 1}")(0)
        screen.print(f"value to {first}: {entry.value}")
    if entry.perfect is not None:
        screen.print(f"backward induction pays: {', '.join(entry.perfect)}")
    if entry.together is not None:
        screen.print(f"all together can earn: {entry.together}")


def _profile(game: Any, profile: Any) -> str:
    """An equilibrium by the names of actions; by its numbers, where actions have no names."""
    from fractions import Fraction

    from nashscope.cli.picture import mixture
    from nashscope.games import NormalForm

    if not isinstance(game, NormalForm):
        return "; ".join("(" + ", ".join(strategy) + ")" for strategy in profile)
    return "; ".join(
        f"{game.player_name(player)} plays {mixture(map(Fraction, strategy), names)}"
        for player, (strategy, names) in enumerate(zip(profile, game.actions, strict=True))
    )
