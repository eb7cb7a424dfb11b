"""Gambit's files for games in strategic form (.nfg), read and written.

Both forms are read: payoffs cell by cell, and outcomes named by number. The first player's action
changes fastest. The format is that of Gambit's manual, "The strategic game (.nfg) file format".
"""

from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np

from nashscope.errors import IllFormedGame, Unreadable
from nashscope.games.exchange.lexer import Tokens, quoted
from nashscope.games.normal import NormalForm
from nashscope.games.rational import as_decimal

__all__ = ["format_nfg", "parse_nfg", "read_nfg", "write_nfg"]


def read_nfg(path: Path | str) -> NormalForm:
    """The game in a file.

    Raises:
        Unreadable: naming the file, the line, and what was expected there.
        IllFormedGame: for a payoff beyond what a float can hold.
    """
    path = Path(path)
    return parse_nfg(readable(path), str(path))


def write_nfg(game: NormalForm, path: Path | str, *, outcomes: bool = False) -> None:
    """Writes the game to a file, with exact numbers."""
    Path(path).write_text(format_nfg(game, outcomes=outcomes), encoding="utf-8")


def readable(path: Path) -> str:
    """The text of a file.

    Raises:
        Unreadable: if it is not there or not text.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Unreadable(f"{path} cannot be read: {reason}") from None


def parse_nfg(source: str, where: str = "the game") -> NormalForm:
    """The game in a text.

    >>> parse_nfg('NFG 1 R "" { "A" "B" } { 2 1 } 1 2 3/2 4').payoffs[0].tolist()
    [[1.0], [1.5]]
    """
    tokens = Tokens(source, where)
    tokens.take("word", "NFG at the start", "NFG")
    tokens.take("word", "version 1", "1")
    if not (tokens.peek("word", "R") or tokens.peek("word", "D")):
        raise tokens.fail("R or D")
    tokens.next += 1
    title = tokens.text("the title in quotation marks")
    player_names = tokens.players()
    players = len(player_names)
    if players < 2:
        raise Unreadable(f"{where} names {players} players; a strategic game has 2 or more")
    actions = _actions(tokens, players)
    shape = tuple(len(own) for own in actions)
    if tokens.peek("text"):
        tokens.text("a comment")
    paid = _outcomes(tokens, players) if tokens.peek("brace", "{") else None
    # the first player's action changes fastest; no table is made before the file has proved as long
    cells: list[list[Fraction]] = []
    for backward in product(*(range(count) for count in reversed(shape))):
        cell = backward[::-1]
        if paid is None:
            cells.append([tokens.number(f"a payoff of cell {cell}") for _ in range(players)])
            continue
        number = tokens.integer(f"the outcome of cell {cell}")
        if number >= len(paid):
            tokens.next -= 1
            raise tokens.fail(f"an outcome from 0 to {len(paid) - 1}")
        cells.append(paid[number])
    if tokens.peek():
        raise tokens.fail("the end of the file")
    table = np.array(cells, dtype=object).T.reshape(players, *shape[::-1])
    try:
        return NormalForm(table.transpose(0, *range(players, 0, -1)), actions, title, player_names)
    except IllFormedGame as error:
        raise IllFormedGame(f"{where}: {error}") from None


def _actions(tokens: Tokens, players: int) -> list[list[str]]:
    """The actions of every player, told as numbers or as names."""
    tokens.open("the actions")
    found: list[list[str]] = []
    while not tokens.peek("brace", "}"):
        if tokens.peek("brace", "{"):
            tokens.open("a player's actions")
            own = []
            while tokens.peek("text"):
                own.append(tokens.text("an action"))
            if not own:
                raise tokens.fail("an action")
            tokens.close("a player's actions")
            # Gambit allows equal and empty names; here actions are told apart by them
            if len(set(own)) < len(own) or "" in own:
                own = [str(number + 1) for number in range(len(own))]
            found.append(own)
        else:
            count = tokens.integer("a number of actions")
            if not 1 <= count < len(tokens.found):
                tokens.next -= 1
                raise tokens.fail("a number of actions that has payoffs, 1 or more,")
            found.append([str(number + 1) for number in range(count)])
    tokens.close("the actions")
    if len(found) != players:
        raise Unreadable(
            f"{tokens.where}: {players} players are named, but actions are given for {len(found)}"
        )
    return found


def _outcomes(tokens: Tokens, players: int) -> list[list[Fraction]]:
    """The payoffs of the outcomes, from number 1; number 0 pays nothing."""
    tokens.open("the outcomes")
    found = [[Fraction(0)] * players]
    while tokens.peek("brace", "{"):
        tokens.open("an outcome")
        if tokens.peek("text"):
            tokens.text("an outcome's name")
        found.append([tokens.number("a payoff of an outcome") for _ in range(players)])
        tokens.close("an outcome")
    tokens.close("the outcomes")
    return found


def format_nfg(game: NormalForm, *, outcomes: bool = False) -> str:
    """The game as text; every number exactly, as an integer, a decimal or a fraction.

    outcomes: in the form that lists the cells as outcomes first.
    """
    names = " ".join(quoted(game.player_name(player)) for player in range(game.players))
    actions = " ".join("{ " + " ".join(map(quoted, own)) + " }" for own in game.actions)
    cells = [c[::-1] for c in product(*(range(count) for count in reversed(game.shape)))]
    rows = [[as_decimal(game.exact[(i, *cell)]) for i in range(game.players)] for cell in cells]
    head = f"NFG 1 R {quoted(game.name)}\n{{ {names} }}\n{{ {actions} }}\n\n"
    if outcomes:
        listed = "\n".join('{ "" ' + ", ".join(row) + " }" for row in rows)
        return head + "{\n" + listed + "\n}\n" + " ".join(map(str, range(1, len(rows) + 1))) + "\n"
    return head + "\n".join(" ".join(row) for row in rows) + "\n"
