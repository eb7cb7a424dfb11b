"""Classic strategies do what their sources say: move by move, and in the long run."""

import json
import subprocess
import sys
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nashscope.agents import Question, agent, strategies
from nashscope.agents.memory_one import MemoryOne, round_payoffs
from nashscope.errors import Misuse
from nashscope.framing import Plain
from nashscope.games import NormalForm, Repeated, game
from nashscope.games.catalog.prisoners_dilemma import prisoners_dilemma
from nashscope.games.rational import solve
from tests.oracles.opinion import opinion

CODE = {"C": 0, "D": 1}
STATES = [(0, 0), (0, 1), (1, 0), (1, 1)]


def answers(name, moves):
    """What a pure strategy does against a fixed row of moves, one letter per round."""
    strategy, repeated = agent(name), Repeated(game("prisoners-dilemma"), len(moves) + 1)
    played, said, framing = [], "", Plain((("F", "J"),) * 2)
    for move in moves:
        view = repeated.view(0, played, (None, None))
        (decision,) = strategy.decide([Question(view, framing, np.random.default_rng(0))])
        policy = decision.policy
        assert max(policy) == 1, f"{name} is not pure after {played}"
        own = policy.index(1)
        said += "CD"[own]
        played.append((own, CODE[move]))
    return said


@pytest.mark.parametrize(
    ("name", "others", "own"),
    [
        ("tit-for-tat", "CDDCC", "CCDDC"),
        ("suspicious-tit-for-tat", "CDDCC", "DCDDC"),
        ("tit-for-two-tats", "DCDDCC", "CCCCDC"),
        ("two-tits-for-tat", "CDCCC", "CCDDC"),
        ("hard-tit-for-tat", "DCCCC", "CDDDC"),
        ("grim-trigger", "CDCCC", "CCDDD"),
        ("win-stay-lose-shift", "CDDCC", "CCDCC"),
        ("soft-majority", "DCDDCCC", "CDCDDDC"),
        ("hard-majority", "CCDDC", "DCCCD"),
        # the n-th provocation: n defections, two cooperations (Beaufils et al. 1996, section 2)
        ("gradual", "CDCCCDCCCCC", "CCDCCCDDCCC"),
        ("gradual", "DDDDDDDDDDD", "CDCCDDCCDDD"),
        ("soft-grudger", "DCCCCCCC", "CDDDDCCC"),
        ("prober", "CCCCC", "DCCDD"),
        ("prober", "CCDCDC", "DCCDCD"),
        ("handshake", "CDDDD", "CDCCC"),
        ("handshake", "CCCCC", "CDDDD"),
        ("fortress", "DDCCDC", "DDCCCD"),
        ("tester", "CCCCCC", "DCCDCD"),
        ("tester", "CDCDC", "DCCCD"),
        ("bully", "CDDCC", "DDCCD"),
        ("alternator", "DDDDD", "CDCDC"),
        ("adaptive", "D" * 14, "CCCCCCDDDDDDDD"),
        # a reciprocator pays more for cooperation: 3 on average against (5 + 4 · 1) / 5
        ("adaptive", "CCCCCCCDDDDDC", "CCCCCCDDDDDCC"),
        ("contrite-tit-for-tat", "CDDCC", "CCDDC"),
    ],
)
def test_a_strategy_answers_as_its_source_says(name, others, own):
    assert answers(name, others) == own


@cache
def numbers(name, stage=None, player=0):
    """A memory-one strategy's cooperation after CC, CD, DC, DD, as its rule gives it."""
    stage = game("prisoners-dilemma") if stage is None else stage
    repeated = Repeated(stage, 9)
    chances = []
    for own, other in STATES:
        joint = (own, other) if player == 0 else (other, own)
        chances.append(agent(name).rule(repeated.view(player, [joint], (None, None)))[0])
    return chances


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("zd-extortion", (8 / 9, 1 / 2, 1 / 3, 0)),  # Stewart and Plotkin 2012, Extort-2
        ("zd-generosity", (1, 1 / 8, 1, 1 / 4)),  # Stewart and Plotkin 2012, ZDGTFT-2
        ("zd-equaliser", (3 / 4, 1 / 4, 1 / 2, 1 / 4)),  # Axelrod library, ZDSet-2: value 2
        ("zd-extortion:3", (11 / 13, 1 / 2, 7 / 26, 0)),  # Press and Dyson 2012, eq. 15, 1/26
        ("generous-tit-for-tat", (1, 1 / 3, 1, 1 / 3)),  # Nowak and Sigmund 1992
        ("firm-but-fair", (1, 0, 1, 2 / 3)),  # Frean 1994
        ("hard-joss", (0.9, 0, 0.9, 0)),
        ("soft-joss", (1, 0.1, 1, 0.1)),
        ("win-stay-lose-shift", (1, 0, 0, 1)),
        ("memory-one:0.9,0.1,0.8,0.2", (0.9, 0.1, 0.8, 0.2)),
    ],
)
def test_memory_one_strategies_have_the_numbers_of_their_sources(name, expected):
    assert numbers(name) == pytest.approx(expected)


def chain(mine, theirs):
    """The exact transition matrix of two memory-one strategies; states as the first sees them."""
    seen = {0: 0, 1: 2, 2: 1, 3: 3}  # CD is DC to the other
    rows = []
    for state in range(4):
        p, q = mine[state], theirs[seen[state]]
        rows.append([p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)])
    return rows


def stationary(rows):
    """The stationary distribution of an ergodic chain of four states, exactly."""
    equations = [[rows[i][j] - (i == j) for i in range(4)] for j in range(3)] + [[1] * 4]
    scale = np.lcm.reduce([Fraction(x).denominator for row in equations for x in row])
    whole = [[int(x * int(scale)) for x in row] for row in equations]
    found = solve(whole, [0, 0, 0, int(scale)])
    assert found is not None
    return [Fraction(x, found[1]) for x in found[0]]


def in_the_long_run(name, opponent, stage=None):
    """The exact long-run payoffs of a strategy and of a memory-one opponent."""
    stage = game("prisoners-dilemma") if stage is None else stage
    mine = [Fraction(p).limit_denominator(10**6) for p in numbers(name, stage)]
    pi = stationary(chain(mine, opponent))
    own, other = round_payoffs(stage, 0)
    return tuple(
        sum((p * Fraction(str(u)) for p, u in zip(pi, paid, strict=True)), Fraction(0))
        for paid in (own, other)
    )


interior = st.lists(st.integers(1, 99), min_size=4, max_size=4).map(
    lambda own: [Fraction(n, 100) for n in own]
)


@given(interior)
@settings(max_examples=25, deadline=None)
def test_extortion_takes_its_multiple_of_the_surplus_from_anyone(opponent):
    """s_X - P = χ (s_Y - P), exactly: Press and Dyson 2012, equation 11."""
    for name, factor in (("zd-extortion", 2), ("zd-extortion:3", 3), ("zd-extortion:1", 1)):
        own, other = in_the_long_run(name, opponent)
        assert own - 1 == factor * (other - 1)


@given(interior)
@settings(max_examples=25, deadline=None)
def test_generosity_bears_its_multiple_of_the_loss(opponent):
    """s_X - R = χ (s_Y - R), exactly: Stewart and Plotkin 2013."""
    own, other = in_the_long_run("zd-generosity", opponent)
    assert own - 3 == 2 * (other - 3)


@given(interior)
@settings(max_examples=25, deadline=None)
def test_the_equaliser_fixes_what_the_other_earns(opponent):
    assert in_the_long_run("zd-equaliser", opponent)[1] == 2


@given(interior, st.integers(1, 5), st.integers(1, 5), st.integers(1, 5))
@settings(max_examples=20, deadline=None)
def test_zero_determinant_strategies_hold_in_every_prisoners_dilemma(opponent, a, b, c):
    """With other payoffs the numbers change and the line stays."""
    assume(c < a + b)  # else alternating is better for both than cooperating
    s, p, r, t = 0, a, a + b, a + b + c
    stage = prisoners_dilemma(t, r, p, s)
    own, other = in_the_long_run("zd-extortion", opponent, stage)
    assert float(own - p) == pytest.approx(2 * float(other - p), abs=1e-4)


def test_no_line_is_enforced_where_the_payoffs_forbid_it():
    """In a stag hunt an extortioner would need probabilities outside 0 and 1."""
    with pytest.raises(Misuse, match="no zero-determinant strategy"):
        numbers("zd-equaliser", NormalForm([[[4, 0], [3, 3]], [[4, 3], [0, 3]]]))


@pytest.mark.parametrize("noise", [Fraction(1, 1000), Fraction(1, 20), Fraction(1, 3)])
def test_noise_makes_tit_for_tat_cooperate_half_the_time(noise):
    """Molander 1985: any noise, however small, halves the cooperation of two tit-for-tats, while
    that of two win-stay-lose-shifts tends to one with it (Nowak and Sigmund 1993)."""

    def trembling(name):
        return [Fraction(p) * (1 - noise) + (1 - Fraction(p)) * noise for p in numbers(name)]

    tit, pavlov = trembling("tit-for-tat"), trembling("win-stay-lose-shift")
    pi = stationary(chain(tit, tit))
    assert pi[0] + pi[1] == Fraction(1, 2)
    pi = stationary(chain(pavlov, pavlov))
    assert pi[0] + pi[1] > 1 - 3 * noise


def test_contrition_ends_a_feud_that_one_mistake_began():
    """After a single mistake in self-play contrite tit-for-tat is back at mutual cooperation two
    rounds later, where tit-for-tat alternates for ever."""
    feuds = {"contrite-tit-for-tat": [], "tit-for-tat": []}
    repeated = Repeated(game("prisoners-dilemma"), 20)
    for name, rounds in feuds.items():
        played = [(0, 0), (1, 0)]  # player 0 meant to cooperate
        for _ in range(6):
            policies = [agent(name).rule(repeated.view(p, played, (None, None))) for p in (0, 1)]
            played.append(tuple(policy.index(1) for policy in policies))
        rounds += played[2:]
    assert feuds["contrite-tit-for-tat"] == [(0, 1), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)]
    assert feuds["tit-for-tat"] == [(0, 1), (1, 0)] * 3


@given(st.text("CD", min_size=1, max_size=12))
@settings(max_examples=25, deadline=None)
def test_without_mistakes_contrition_is_tit_for_tat(moves):
    """Its own play from the start never puts it in bad standing."""
    assert answers("contrite-tit-for-tat", moves) == answers("tit-for-tat", moves)


def test_every_strategy_names_its_source_and_itself():
    assert len(strategies()) >= 22
    for name in strategies():
        assert agent(name).name == name
        assert any(c.isdigit() for c in agent(name).source), name


@pytest.mark.parametrize("bad", [(1.2, 0.0, 0.0, 0.0), (0.0, -0.1, 0.0, 0.0)])
def test_a_number_that_is_no_probability_is_refused(bad):
    with pytest.raises(Misuse, match="no probability"):
        MemoryOne(bad)


# without adaptive: the library adds scores up where the source compares averages
PEERS = {
    "alternator": "Alternator",
    "always-c": "Cooperator",
    "always-d": "Defector",
    "bully": "Bully",
    "fortress": "Fortress3",
    "gradual": "OriginalGradual",
    "grim-trigger": "Grudger",
    "handshake": "Handshake",
    "hard-majority": "HardGoByMajority",
    "hard-tit-for-tat": "HardTitForTat",
    "prober": "Prober",
    "soft-grudger": "SoftGrudger",
    "soft-majority": "GoByMajority",
    "suspicious-tit-for-tat": "SuspiciousTitForTat",
    "tester": "SecondByTester",
    "tit-for-tat": "TitForTat",
    "tit-for-two-tats": "TitFor2Tats",
    "two-tits-for-tat": "TwoTitsForTat",
    "win-stay-lose-shift": "WinStayLoseShift",
}


def test_the_axelrod_library_plays_the_same():
    """A second opinion on rows of moves, and the adapter beside it: asked in a process of its own,
    since importing the library exchanges parts of the standard library."""
    rng = np.random.default_rng(0)
    rows = ["".join(row) for row in product("CD", repeat=6)][::13]
    rows += ["".join(rng.choice(["C", "D"], 25))]
    asked = {"strategies": PEERS, "rows": rows}

    def ask():
        ran = subprocess.run(
            [sys.executable, "-W", "ignore", str(Path(__file__).with_name("axelrod_peer.py"))],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        return json.loads(ran.stdout)

    told = opinion("axelrod", "moves", asked, ask)
    for own in PEERS:
        for number, row in enumerate(rows):
            library, adapter = told["played"][own][number]
            assert answers(own, row) == library == adapter, (own, row)
    # a stateful player that draws, asked round by round, lives through the past that it had
    first, second = told["drawn"]
    assert first["library"] == first["adapter"] and second["library"] == second["adapter"]
    assert first["library"] != second["library"]
    assert told["count"] > 200
    assert "did you mean" in told["unknown"]
