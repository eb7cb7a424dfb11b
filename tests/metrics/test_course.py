"""How a match goes, on matches written out by hand."""

import pytest

from nashscope import metrics
from nashscope.agents import Decision
from nashscope.games import Repeated, game
from nashscope.play import Transcript


def match(*rounds, of="prisoners-dilemma", number=0):
    """A match from strings such as "CD": the first player cooperates, the second defects."""
    code = {"C": 0, "D": 1, "?": None}
    played = tuple(
        tuple(Decision(code[c], "action" if code[c] is not None else "no label") for c in joint)
        for joint in rounds
    )
    return Transcript("cell", number, ("a", "b"), Repeated(game(of), max(1, len(rounds))), played)


def test_who_defects_first_and_how_fast_the_other_follows():
    matches = [match("CC", "DC", "DC", "DD"), match("DD", "DD", "CC", "CC")]
    assert metrics.first_defection(matches, 0).value == pytest.approx((2 + 1) / 2)
    assert metrics.defects_first(matches, 0).value == 0.5
    assert metrics.defects_first(matches, 1).value == 0
    follows = metrics.follows_after(matches, 1)
    assert (follows.value, follows.n) == (2, 1)
    assert metrics.follows_after(matches, 0).value is None


def test_a_match_without_defection_says_nothing_about_who_is_first():
    peace = [match("CC", "CC")]
    assert metrics.defects_first(peace, 0).value is None
    assert metrics.first_defection(peace, 0).value is None


@pytest.mark.parametrize(
    ("rounds", "share"),
    [
        (("CC", "DC", "CD", "CC", "CC"), 1),
        (("CC", "DC", "CD", "DC", "CD"), 0),
        (("CC", "DD", "CC", "CC", "CC"), None),
        (("DC", "CC", "CC", "CC", "CC"), None),
        (("CC", "CC", "CC", "CC", "DC"), None),
        (("CC", "DC", "??", "CC", "CC"), 1),
    ],
)
def test_recovery_counts_single_defections_out_of_mutual_cooperation(rounds, share):
    assert metrics.recovery([match(*rounds)], within=3).value == share


def test_mutual_cooperation_that_feeds_itself():
    assert metrics.outcome_persistence([match("CC", "CC", "CC", "DC", "CC")]).value == 2 / 3
    assert metrics.outcome_persistence([match("CC", "??", "CC")]).value is None


def test_where_a_match_settles():
    both = [match(*["CD"] * 6, of="chicken"), match("CD", "DC", "CC", "CC", "CC", "CC", "CC")]
    assert metrics.settles(both[:1]).value == 1
    assert metrics.settles(both[:1], on=(1, 0)).value == 0
    assert metrics.settles([match("CD", "DD", *["CD"] * 4, of="chicken")]).value == 0
    nobody = metrics.settles([match(*["??"] * 6, of="chicken"), match(of="chicken")])
    assert (nobody.value, nobody.n) == (None, 0)


def test_a_match_that_was_not_read_to_its_end_settles_only_if_nothing_is_open():
    """Two joint actions, or one that is no equilibrium, are enough to say no."""
    unread = [match("CD", "C?", "CD", "CD", "CD", of="chicken")]
    assert metrics.settles(unread).value is None
    settled = metrics.settles([match(*["CD"] * 5, of="chicken"), *unread])
    assert (settled.value, settled.least, settled.most) == (1.0, 0.5, 1.0)
    assert metrics.settles([match("CC", "C?", "CD", "CD", "CD", of="chicken")]).value == 0
    assert metrics.settles([match("CD", "?C", "CD", "CD", "CD", of="chicken")]).value == 0


def test_games_without_a_cooperative_action_or_a_pure_equilibrium_have_none():
    pennies = [match("CD", "DC", of="matching-pennies")]
    assert metrics.recovery(pennies).value is None
    assert metrics.first_defection(pennies, 0).value is None
    assert metrics.settles(pennies).value is None
