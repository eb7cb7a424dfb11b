"""The test set is what it says: fixed, certified, with one equilibrium each, and kept apart."""

import gzip
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.bench import matrix
from nashscope.bench.matrix import exam, stored
from nashscope.bench.matrix.familiar import FAMILIAR
from nashscope.errors import Misuse, UnknownName, Unreadable
from nashscope.games import relabel, rescale, swap_players, zero_sum_game
from nashscope.games.solve import certificate, equilibria

ITEMS = matrix.test_set()


def test_the_fixed_set_is_recognised_by_its_hash(monkeypatch):
    assert len(ITEMS) == 1430 and len({item.id for item in ITEMS}) == len(ITEMS)
    assert set(Counter(item.group for item in ITEMS)) == set(matrix.groups())
    monkeypatch.setattr(stored, "read", lambda version: ITEMS[1:])
    with pytest.raises(Unreadable, match="hashes to"):
        exam.test_set.__wrapped__()
    with pytest.raises(Misuse, match="no version 7"):
        exam.test_set(7)


@pytest.mark.slow
def test_what_is_stored_is_what_the_recipe_draws(tmp_path):
    file = stored.write(exam.draw(exam.SEED), exam.VERSION, tmp_path)
    kept = Path(stored.__file__).with_name(file.name)
    assert gzip.decompress(file.read_bytes()) == gzip.decompress(kept.read_bytes())


def test_a_damaged_file_of_games_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(stored.resources, "files", lambda package: tmp_path)
    for content in (None, b"", b"not gzip", gzip.compress(b"[")):
        if content is not None:
            (tmp_path / "test_set_1.json.gz").write_bytes(content)
        with pytest.raises(Unreadable, match="install nashscope again"):
            stored.read(1)


def test_every_game_carries_a_proof_that_needs_no_solver():
    for item in ITEMS:
        assert item.certificate.holds(item.payoffs), item.id
        wrong = item.table.copy()
        row = next(i for i, p in enumerate(item.strategies[0]) if p != "0")
        wrong[row] -= 1
        assert not item.certificate.holds(wrong.tolist()), item.id


@pytest.mark.parametrize("group", ["2×2", "3×3", "2×3", "named", "random in 5×5"])
def test_there_is_one_equilibrium_and_it_is_the_one_told(group):
    own = [item for item in ITEMS if item.group == group][:8]
    for item in own:
        found = list(equilibria(zero_sum_game(item.payoffs)))
        assert len(found) == 1, item.id
        assert found[0].strategies == tuple(tuple(map(Fraction, s)) for s in item.strategies)


def test_padding_leaves_the_equilibrium_of_its_core_and_moves_it_about():
    own = [item for item in ITEMS if item.group.startswith("3×3 in ") and item.core]
    assert {item.shape for item in own} == {(n, n) for n in exam.PADDED}
    for item in own:
        rows, columns = item.core
        proof = certificate(item.table[np.ix_(rows, columns)])
        assert str(proof.value) == item.value
        assert [item.strategies[0][r] for r in rows] == list(map(str, proof.row))
        assert sum(p != "0" for p in item.strategies[0]) == sum(p != 0 for p in proof.row)
    places = Counter(item.core[0][0] for item in own if item.shape == (5, 5))
    assert len(places) == 5


def test_altered_games_punish_the_textbooks_answer_and_named_ones_reward_it():
    for item in ITEMS:
        if item.group == "named, payoffs altered":
            for player in (0, 1):
                said = np.array([[float(Fraction(p)) for p in item.recited[player]]])
                lost = matrix.residuals(
                    item.seen(player)[None].astype(float), np.array([item.worth(player)]), said
                )
                assert lost[0] > 0.1
    twins = {i.id.rpartition("-")[2]: i for i in ITEMS if i.group == "unnamed twins"}
    for item in (i for i in ITEMS if i.group == "named"):
        twin = twins[item.id.rpartition("-")[2]]
        assert twin.payoffs == item.payoffs and not twin.title
        known = next(game for game in FAMILIAR if game.title == item.title)
        order = [known.actions.index(label) for label in item.labels[0]]
        assert [known.strategies[0][k] for k in order] == list(item.strategies[0])


@pytest.mark.slow
@given(st.integers(0, len(ITEMS) - 1), st.data())
@settings(max_examples=60)
def test_a_game_of_the_test_set_is_known_in_every_guise(number, data):
    item = ITEMS[number]
    game = zero_sum_game(item.payoffs)
    orders = [data.draw(st.permutations(range(count))) for count in item.shape]
    told = relabel(game, orders)
    if data.draw(st.booleans()):
        told = swap_players(told)
    factor, offset = data.draw(st.integers(1, 7)), data.draw(st.integers(-50, 50))
    told = rescale(told, [factor] * 2, [offset, -offset])
    table = np.array(told.payoffs[0]).round().astype(int)
    assert matrix.in_test_set(table[None]).tolist() == [True]
    with pytest.raises(Misuse, match="of the training set is in test set 1"):
        matrix.check_disjoint(table[None])


def test_other_games_are_not_taken_for_those_of_the_test_set():
    drawn = [item.table for item in matrix.dense(3, [(5, 5)], 200)]
    assert not matrix.in_test_set(np.stack(drawn)).any()
    matrix.check_disjoint(np.stack(drawn))


def test_fresh_draws_are_certified_and_follow_their_seed():
    first, again, other = (list(matrix.draw(seed, ["3×5"], 6)) for seed in (5, 5, 6))
    assert first == again != other
    assert all(item.certificate.holds(item.payoffs) and item.shape == (3, 5) for item in first)
    assert [i.group for i in matrix.dense(0, [(2, 9)], 2)] == ["2×9"] * 2


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(UnknownName, match="did you mean"):
        list(matrix.draw(0, ["3x3"]))
    for shape in ((1, 3), (0, 2), (2, 27)):
        with pytest.raises(Misuse, match="2 to 26 actions"):
            list(matrix.dense(0, [shape], 1))
    for limit in (0, -1):
        with pytest.raises(Misuse, match="1 or more"):
            matrix.first(limit)


def test_both_players_read_the_same_game_from_their_own_side():
    item = next(i for i in ITEMS if i.group == "2×3")
    first, second = item.question(0), item.question(1)
    assert np.array_equal(np.array(first.payoffs), -np.array(second.payoffs).T)
    assert first.labels == item.labels[0]
    assert first.others == tuple(label.lower() for label in second.labels)
