"""Transcripts on the page: folding loses nothing, and no prompt is shown that was not asked."""

import base64
import gzip
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashscope.agents import agent
from nashscope.play import Cell, Reading, play
from nashscope.play.store.run import open_run
from nashscope.report import Page, Section, matches, write_page
from nashscope.report.match import folded, shown, unfolded

lines = st.lists(st.sampled_from(["rules", "round 1", "round 2", "", "choose"]), max_size=8)


@given(lines, lines)
def test_what_is_folded_can_be_unfolded(before, after):
    assert unfolded(before, folded(before, after)) == after


@given(lines, lines, lines)
def test_what_two_prompts_share_at_their_ends_is_not_stored_again(head, middle, tail):
    kept, kept_end, new = folded([*head, *tail], [*head, *middle, *tail])
    assert len(new) <= len(middle) and kept + kept_end >= min(len(head) + len(tail), 1) - len(new)


@pytest.fixture(scope="module")
def played():
    """A cell with two matches of a fake model against a rule, and its events."""
    cell = Cell("stag_hunt", ("fake/scripted:??", "tit-for-tat"), rounds=6, matches=2)
    cast = {name: agent(name) for name in cell.agents}
    events = []
    play([cell], lambda name, _: cast[name], keep=events.append)
    return cell, events


def prompts(one):
    """The whole prompts of a match as it is stored for the page."""
    before, found = [], []
    for step in one["steps"]:
        if "prompt" in step:
            before = unfolded(before, step["prompt"])
            found.append("\n".join(before))
    return found


def test_a_missing_value_stays_missing(played):
    cell, events = played
    one = shown(cell, 0, [e for e in events if e.match == 0], {})
    model = [step for step in one["steps"] if step["player"] == 0]
    assert len(model) == 6 and {step["outcome"] for step in model} != {"action"}
    assert not any({"action", "policy", "mass", "lens"} & set(step) for step in model)


def test_the_prompts_are_those_that_were_asked(played):
    cell, events = played
    own = [e for e in events if e.match == 1]
    said = prompts(shown(cell, 1, own, {}))
    assert len(said) == 6 and said[0] == own[0].decision.prompt
    assert "Round 5:" in said[5] and "Round 6:" not in said[5]


def test_a_prompt_that_was_not_asked_is_not_shown(played):
    """A changed transcript, or a framing that has changed since, gives other prompts."""
    cell, events = played
    own = [e for e in events if e.match == 0]
    other = next(e for e in own if (e.round, e.player) == (2, 1))
    changed = replace(other, decision=replace(other.decision, action=1 - other.decision.action))
    own[own.index(other)] = changed
    assert len(prompts(shown(cell, 0, own, {}))) == 3


def written(tmp_path, played, room):
    """The page's data and its block, with this much room for transcripts."""
    cell, events = played
    run = open_run(tmp_path / "run", {"study": "x"})
    with run:
        for event in events:
            run.keep(event)
        run.keep_cells([cell])
        run.readings.replace([Reading(cell.id, 1, 0, 0, ((0.5, 0.5), (0.25, 0.75)))])
        block = matches(run, room)
        page = write_page(run, Page("t", "q", [], [Section("s", "S", [block])]))
    text = page.read_text(encoding="utf-8")
    packed = text.split('<script class="packed"')[1].split(">", 1)[1].split("<")[0]
    return json.loads(gzip.decompress(base64.b64decode(packed))), block, text


def test_the_page_holds_all_matches_where_there_is_room(tmp_path, played):
    data, block, text = written(tmp_path, played, 10**6)
    assert (block.shown, block.total) == (2, 2)
    assert [one["match"] for one in data["cells"][0]["matches"]] == [0, 1]
    assert "2 of 2 matches" in text


def test_the_match_with_the_lens_comes_first_and_the_page_says_what_is_left_out(tmp_path, played):
    data, block, text = written(tmp_path, played, 10)
    assert (block.shown, block.total) == (1, 2)
    assert [one["match"] for one in data["cells"][0]["matches"]] == [1]
    assert data["cells"][0]["matches"][0]["steps"][0]["lens"] == [[0.5, 0.5], [0.25, 0.75]]
    assert "1 of 2 matches" in text and 'href="transcripts.jsonl"' in text


def test_a_run_that_does_not_say_what_was_played_has_no_browser(tmp_path):
    with open_run(tmp_path / "run", {"study": "x"}) as run:
        assert matches(run) is None
