"""The conformance test for anyone's own game."""

from fractions import Fraction

from nashscope.errors import IllFormedGame, NotAnEquilibrium, shown
from nashscope.games.dynamic import DynamicGame
from nashscope.games.dynamic_check import check_dynamic
from nashscope.games.exchange.efg import format_efg, parse_efg
from nashscope.games.exchange.nfg import format_nfg, parse_nfg
from nashscope.games.named import Named
from nashscope.games.normal import NormalForm
from nashscope.games.solve.certify import certify
from nashscope.games.solve.dynamic.induction import state_induction
from nashscope.games.solve.dynamic.planner import one_owner
from nashscope.games.solve.dynamic.stochastic import solve_states
from nashscope.games.solve.extensive.backward_induction import backward_induction
from nashscope.games.solve.extensive.zero_sum import solve_tree
from nashscope.games.solve.matrix.certificate import certificate
from nashscope.games.solve.strategic.equilibria import equilibria
from nashscope.games.solve.strategic.vertex_enumeration import bases_count
from nashscope.games.tree import Tree

__all__ = ["check_game"]

LONGEST = 60
"""Most letters in the name of an action: it stands in every prompt and in columns of tables."""

SOLVED = 50_000
"""Up to this many bases, a claim to list all equilibria is checked by finding them."""


def check_game(game: Named | NormalForm | Tree | DynamicGame) -> None:
    """Does nothing if a game keeps its promises.

    Any game: the names of its actions can be told apart and survive a file; one with a state passes
    `check_dynamic`. An entry of a catalogue, too: it is made the same every time, has a source and
    a family, and what it states is so: its equilibria are equilibria, all of them if it says so
    (two players, while they can be counted), and the value, the outcome of backward induction and
    the most that all can earn together are as given.

    Raises:
        IllFormedGame: naming the first promise that is broken.

    >>> from nashscope.games import named
    >>> check_game(named("chicken"))
    """
    if not isinstance(game, Named):
        _check_made(game)
        return
    made = game.make()
    if not isinstance(made, NormalForm | Tree | DynamicGame):
        kind = type(made).__name__
        raise IllFormedGame(
            f"make() gives a {kind}, not a NormalForm, a Tree or another game with a state"
        )
    if game.make() != made:
        raise IllFormedGame(f"make() gives another game every time: {made!r}")
    for field in ("family", "source"):
        if not getattr(game, field).strip():
            raise IllFormedGame(f"{made!r} has no {field}")
    _check_made(made)
    _check_claims(game, made)


def _check_made(game: NormalForm | Tree | DynamicGame) -> None:
    """Names and files; the promises of a game with a state."""
    if not isinstance(game, NormalForm | Tree):
        check_dynamic(game)
        return
    if isinstance(game, NormalForm):
        names = [name for own in game.actions for name in own]
        again: NormalForm | Tree = parse_nfg(format_nfg(game))
    else:
        names = [name for known in game.information.values() for name in known.actions]
        again = parse_efg(format_efg(game))
    for name in names:
        if not name.strip() or name != name.strip() or not name.isprintable():
            raise IllFormedGame(f"{game!r} has an action named {name!r}; it cannot be printed")
        if len(name) > LONGEST:
            raise IllFormedGame(
                f"{game!r} has an action named {shown(name)}, of {len(name)} letters; a name has "
                f"at most {LONGEST}"
            )
    if again != game:
        raise IllFormedGame(f"{game!r} does not survive being written to a file and read back")


def _check_claims(entry: Named, game: NormalForm | Tree | DynamicGame) -> None:
    """Equilibria, value, backward induction, the sum of all."""
    if not isinstance(game, NormalForm | Tree):
        _check_states(entry, game)
        return
    if entry.together is not None:
        raise IllFormedGame(f"{game!r} has no state; `together` is stated of games with one")
    stated = [
        tuple(tuple(Fraction(p) for p in strategy) for strategy in profile)
        for profile in entry.equilibria
    ]
    if isinstance(game, Tree):
        if stated:
            raise IllFormedGame(f"{game!r} is a tree; equilibria are stated of strategic forms")
        if entry.value is not None and solve_tree(game).value != Fraction(entry.value):
            raise IllFormedGame(f"{game!r} has the value {solve_tree(game).value}")
        if entry.perfect is not None:
            paid = backward_induction(game).payoffs
            if paid != tuple(map(Fraction, entry.perfect)):
                told = ", ".join(map(str, paid))
                raise IllFormedGame(f"backward induction pays {told} in {game!r}")
        return
    for profile in stated:
        try:
            certify(game, profile)
        except NotAnEquilibrium as error:
            raise IllFormedGame(f"{game!r} states an equilibrium that is none: {error}") from None
    if game.players == 2 and entry.complete and stated and bases_count(*game.shape) <= SOLVED:
        found = {equilibrium.strategies for equilibrium in equilibria(game)}
        if found != set(stated):
            raise IllFormedGame(
                f"{game!r} states {len(set(stated))} equilibria, but there are {len(found)}"
            )
    if entry.value is not None:
        if not game.zero_sum or game.players != 2:
            raise IllFormedGame(f"{game!r} states a value and is not a zero-sum game of two")
        value = certificate(game.exact[0]).value
        if value != Fraction(entry.value):
            raise IllFormedGame(f"{game!r} has the value {value}, not {entry.value}")


def _check_states(entry: Named, game: DynamicGame) -> None:
    """What is stated of a game with a state."""
    name = getattr(game, "name", "") or type(game).__name__
    if entry.equilibria:
        raise IllFormedGame(f"{name} has a state; equilibria are stated of strategic forms")
    if entry.perfect is not None:
        paid = state_induction(game).payoffs
        if paid != tuple(map(Fraction, entry.perfect)):
            told = ", ".join(map(str, paid))
            raise IllFormedGame(f"backward induction pays {told} in {name}")
    if entry.together is not None:
        most = one_owner(game)
        if abs(float(most.value - Fraction(entry.together))) > float(most.error):
            raise IllFormedGame(f"all together can earn {most.value} in {name}")
    if entry.value is not None:
        solved = solve_states(game)
        if abs(float(solved.value - Fraction(entry.value))) > float(solved.error):
            raise IllFormedGame(f"{name} has the value {solved.value}")
