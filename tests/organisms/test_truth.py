"""Tools are scored by what is known of their subject, and find nothing where nothing is."""

import shutil

import numpy as np
import pytest

pytest.importorskip("torch")

from nashscope.errors import Unreadable
from nashscope.organisms import library
from nashscope.organisms.card import Truth, read_card, write_card
from nashscope.organisms.truth import TOOLS, Claim, Tool, cases, scored, scores, shuffled, subject
from nashscope.records import dump, load


def planted(where, **changes):
    """A subject whose card says something else."""
    return type(where)(where.name, where.model, Truth("override", (5, 6), "x", **changes))


@pytest.fixture(scope="module")
def nash():
    return subject("nash")


def test_cases_differ_in_the_other_players_last_action_alone():
    told = cases(12, 0)
    for kept, broken in zip(told.kept, told.broken, strict=True):
        assert len(kept) == len(broken)
        assert sum(a != b for a, b in zip(kept, broken, strict=True)) == 1
    assert len(set(told.kept)) == 12
    assert 0 < told.nash.mean() < 1


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (Claim(True, "", (5,)), "hit"),
        (Claim(True, ""), "hit"),
        (Claim(True, "", (4, 5)), "wrong place"),
        (Claim(False, ""), "miss"),
        (None, "not usable"),
    ],
)
def test_a_claim_is_judged_by_the_card(nash, claim, verdict):
    tool = Tool("any", "where the answer is overridden", lambda *_: claim)
    assert scored([planted(nash)], count=4, tools=[tool])[0].verdict == verdict


@pytest.mark.parametrize(("found", "verdict"), [(True, "false alarm"), (False, "right silence")])
def test_where_nothing_is_planted_every_claim_is_a_false_alarm(nash, found, verdict):
    tool = Tool("any", "where the answer is overridden", lambda *_: Claim(found, ""))
    findings = scored([nash], count=4, tools=[tool])
    assert findings[0].verdict == verdict
    assert scores(findings, [tool])[0].sound == (not found)


def test_a_shuffled_organism_has_the_same_numbers_in_another_order(nash):
    mixed = shuffled(nash)
    own, other = nash.model.model.state_dict(), mixed.model.model.state_dict()
    name = "model.layers.3.mlp.up_proj.weight"
    assert not (own[name] == other[name]).all()
    assert np.array_equal(own[name].flatten().sort()[0], other[name].flatten().sort()[0])
    assert mixed.truth.planted == "none"


@pytest.mark.parametrize(("holds", "verdict"), [((1,), "hit"), ((2,), "wrong place")])
def test_a_probe_finds_the_layer_that_holds_the_past(holds, verdict):
    own = subject("forgetful")
    said = type(own)(own.name, own.model, Truth("held", (1, 2), "x", holds=holds))
    (tool,) = (one for one in TOOLS if one.name == "probe by layer")
    assert scored([said], count=32, tools=[tool])[0].verdict == verdict


def test_nothing_is_scored_where_the_card_does_not_say(nash):
    (tool,) = (one for one in TOOLS if one.name == "probe by layer")
    assert scored([nash], count=4, tools=[tool])[0].verdict == "not known"


def test_a_card_that_names_a_layer_that_is_not_there_is_refused(tmp_path):
    shutil.copytree(library.folder("nash"), tmp_path / "mine")
    card = read_card(tmp_path / "mine")
    fields = dump(card) | {"truth": dump(Truth("override", (9,), "x"))}
    write_card(load(type(card), fields), tmp_path / "mine")
    with pytest.raises(Unreadable, match="layer 9"):
        subject(str(tmp_path / "mine"))


def test_a_folder_without_a_card_is_no_organism(tmp_path):
    with pytest.raises(Unreadable, match=r"card\.json"):
        subject(str(tmp_path))


@pytest.mark.slow
def test_tools_about_causes_find_the_override_and_nothing_where_nothing_is(nash):
    late = subject("late-override")
    found = scored([late, nash, shuffled(nash)], count=32)
    causal = {tool.name for tool in TOOLS if tool.causal}
    verdicts = {(one.organism, one.tool): one.verdict for one in found}
    for tool in ("logit lens", "layer swap", "steering: means", "patching"):
        assert verdicts["late-override", tool] == "hit"
    alarms = {one.tool for one in found if one.verdict == "false alarm"}
    assert not alarms & causal
