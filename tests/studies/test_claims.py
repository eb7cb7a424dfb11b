"""Every claim's rule, on records made for it: where it holds, where it does not, and in between."""

import pytest

from nashscope.studies._nash_suppression.claims import CLAIMS, findings

MODEL, OTHER = "hf/subject", "hf/other"
COOPERATION, DEFECTION = "after cooperation", "after defection"


def record(part, metric, value, spread=0.05, **condition):
    """One record of the study, its interval as wide as told."""
    return {
        "study": "nash-suppression",
        "part": part,
        "metric": metric,
        "condition": condition,
        "value": value,
        "low": value - spread,
        "high": value + spread,
        "unit": "probability",
        "n": 24,
        "unparsed": 0.0,
    }


def lens(*values, output, spread=0.05):
    """A lens of eight layers from layer 0 on, and the output."""
    given = {"model": MODEL, "situation": COOPERATION, "layers": len(values) - 1}
    rows = [
        record("lens", "nash probability by the lens", value, spread, layer=layer, **given)
        for layer, value in enumerate(values)
    ]
    return [*rows, record("lens", "nash probability at the output", output, spread, **given)]


def dial(towards, away, random=0.1):
    """Steering that moves the two situations to these values from 0.1 and 0.9."""
    rows = []
    for situation, plain, moved, null, strength in (
        (COOPERATION, 0.1, towards, random, -2.0),
        (DEFECTION, 0.9, away, 1 - random, 2.0),
    ):
        given = {"model": MODEL, "situation": situation}
        rows.append(record("dial", "strength", strength, **given))
        for value, direction, at in (
            (plain, "history", 0.0),
            (plain, "random", 0.0),
            (moved, "history", strength),
            (null, "random", strength),
        ):
            where = given | {"direction": direction, "strength": at}
            rows.append(record("steering", "nash probability", value, **where))
    return rows


def clamped(*values):
    given = {"model": MODEL, "situation": COOPERATION, "direction": "history"}
    return [
        record("clamping", "nash probability", value, **given, **{"clamped to": at})
        for at, value in enumerate(values)
    ]


def probed(read, *values, spread=0.03):
    given = {"model": MODEL, "read": read, "kind": "logistic"}
    return [
        record("probes", "accuracy", value, spread, layer=layer, **given)
        for layer, value in enumerate(values)
    ]


def heads(*moved):
    return [
        record("heads", "change of nash probability", value, model=MODEL, layer=1, head=number)
        for number, value in enumerate(moved)
    ]


def cell(metric, value, first=MODEL, second=MODEL, spread=0.05, part="behaviour", **more):
    """One number of a cell of the repeated prisoner's dilemma."""
    given = {
        "game": "prisoners_dilemma",
        "pair": f"{first} vs {second}",
        "first": first,
        "second": second,
        "rounds": 50,
        "order": "simultaneous",
        "framing": "plain",
        "mode": "direct",
    }
    return record(part, metric, value, spread, **(given | more))


def self_play(whole, last):
    by_round = [
        cell("cooperation rate", value, part="behaviour by round", round=number)
        for number, value in ((1, 0.9), (50, last))
    ]
    return [cell("cooperation rate", whole), *by_round]


def cross_play(first, own, theirs):
    return [
        cell("defects first", first, second=OTHER, player=0),
        cell("cooperation rate", own, second=OTHER, player=0),
        cell("cooperation rate", theirs, second=OTHER, player=1),
    ]


def sexes(share):
    more = {"game": "battle_of_the_sexes", "order": "sequential"}
    return [
        cell("settles on this equilibrium", share, equilibrium="opera, opera", **more),
        cell("settles on this equilibrium", 1 - share, equilibrium="football, football", **more),
    ]


def aloud(direct, reasoning):
    return [
        cell("nash distance", direct, mode="direct"),
        cell("nash distance", reasoning, mode="cot"),
    ]


LATE = lens(0.5, 0.5, 0.6, 0.9, 0.95, 0.9, 0.5, 0.2, 0.1, output=0.1)
READ = "other's last action"
LABEL = "label of the nash action"
CASES = [
    ("middle", LATE, "supported"),
    ("middle", lens(0.5, 0.5, 0.9, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1, output=0.1), "not supported"),
    ("middle", lens(*[0.52] * 9, output=0.5, spread=0.1), "undecided"),
    ("reversal", LATE, "supported"),
    ("reversal", lens(*[0.9] * 9, output=0.9), "not supported"),
    ("reversal", lens(0.5, 0.9, 0.9, 0.3, *[0.2] * 5, output=0.1), "not supported"),
    ("reversal", lens(*[0.9] * 9, output=0.48), "undecided"),
    ("steering", dial(towards=0.9, away=0.1), "supported"),
    ("steering", dial(towards=0.9, away=0.85), "not supported"),
    ("steering", dial(towards=0.9, away=0.1, random=0.9), "not supported"),
    ("steering", dial(towards=0.32, away=0.1), "undecided"),
    ("clamping", clamped(0.9, 0.6, 0.3, 0.1), "supported"),
    ("clamping", clamped(0.1, 0.6, 0.3, 0.9), "not supported"),
    ("clamping", clamped(0.1, 0.11, 0.12, 0.13), "not supported"),
    ("clamping", clamped(0.1, 0.2, 0.28, 0.32), "undecided"),
    ("history", probed(READ, 0.5, 0.96, 0.9, 0.7), "supported"),
    ("history", probed(READ, 0.5, 0.6, 0.9, 0.95), "not supported"),
    ("history", probed(READ, 0.5, 0.96, 0.94, 0.95), "undecided"),
    ("weak", probed(LABEL, 0.5, 0.52, 0.55, 0.53), "supported"),
    ("weak", probed(LABEL, 0.5, 0.7, 0.9, 0.8), "not supported"),
    ("weak", probed(LABEL, 0.5, 0.61, 0.55, 0.53), "undecided"),
    ("heads", heads(0.01, -0.05, 0.02), "supported"),
    ("heads", heads(0.01, -0.6, 0.02), "not supported"),
    ("heads", heads(0.01, 0.21, 0.02), "undecided"),
    ("self-play", self_play(0.9, 0.8), "supported"),
    ("self-play", self_play(0.9, 0.1), "not supported"),
    ("self-play", self_play(0.52, 0.8), "undecided"),
    ("reinforcement", [cell("mutual cooperation persists", 0.98)], "supported"),
    ("reinforcement", [cell("mutual cooperation persists", 0.5)], "not supported"),
    ("reinforcement", [cell("mutual cooperation persists", 0.91)], "undecided"),
    ("unravelling", cross_play(0.98, 0.02, 0.1), "supported"),
    ("unravelling", cross_play(0.98, 0.02, 0.9), "not supported"),
    ("unravelling", cross_play(0.52, 0.02, 0.1), "undecided"),
    ("first mover", sexes(0.9), "supported"),
    ("first mover", sexes(0.1), "not supported"),
    ("first mover", sexes(0.52), "undecided"),
    ("reasoning", aloud(0.3, 0.9), "supported"),
    ("reasoning", aloud(0.9, 0.3), "not supported"),
    ("reasoning", aloud(0.5, 0.56), "undecided"),
]


def verdicts(records):
    return {claim.id: finding.verdict for claim, finding in findings(records, MODEL)}


@pytest.mark.parametrize(
    ("claim", "records", "verdict"), CASES, ids=[f"{claim}: {v}" for claim, _, v in CASES]
)
def test_a_rule_decides_as_it_was_written(claim, records, verdict):
    assert verdicts(records)[claim] == verdict


def test_every_claim_has_a_case_of_every_kind_and_needs_data():
    asked = {(claim, verdict) for claim, _, verdict in CASES}
    kinds = ("supported", "not supported", "undecided")
    assert asked == {(claim.id, kind) for claim in CLAIMS for kind in kinds}
    assert set(verdicts([]).values()) == {"not testable"}


def test_a_model_is_not_judged_by_the_records_of_another():
    other = [row | {"condition": row["condition"] | {"model": OTHER}} for row in LATE]
    assert verdicts(other)["middle"] == "not testable"
