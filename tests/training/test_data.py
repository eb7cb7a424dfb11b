"""What is trained on, and what an answer earns."""

import json

import numpy as np
import pytest

from nashscope.bench import matrix
from nashscope.errors import Misuse, Unreadable
from nashscope.training import (
    SelfPlay,
    TrainingPlan,
    check_training,
    own_games,
    questions,
    rewards,
)
from nashscope.training.selfplay import drawn_games

PLAN = TrainingPlan("model", questions=60)


def test_no_question_is_about_a_game_of_the_test_set_and_seeds_decide():
    asked = questions(PLAN)
    assert not any(matrix.in_test_set(one.item.table[None])[0] for one in asked)
    assert {one.player for one in asked} == {0, 1}
    assert all(one.item.certificate.holds(one.item.payoffs) for one in asked)
    assert questions(PLAN) == asked
    assert questions(TrainingPlan("model", questions=60, seed=1)) != asked


@pytest.mark.parametrize("seed", range(20))
def test_no_trainer_draws_a_game_of_the_test_set(seed):
    """Of freely drawn 2×2 games one in six is; 20 seeds of 8 games would hold some 28."""
    played = drawn_games(SelfPlay(games=8, seed=seed))
    assert len({item.table.tobytes() for item in played}) == 8
    taught = questions(TrainingPlan("model", questions=8, sizes=((2, 2),), seed=seed))
    tables = np.stack([item.table for item in [*played, *(one.item for one in taught)]])
    assert not matrix.in_test_set(tables).any()
    assert drawn_games(SelfPlay(games=8, seed=seed)) == played


def test_a_curriculum_begins_with_the_easy_games():
    sizes = [one.item.shape for one in questions(PLAN)]
    assert set(sizes[:30]) == {(2, 2)} and set(sizes[30:]) == {(2, 2), (3, 3)}
    mixed = [one.item.shape for one in questions(TrainingPlan("m", questions=60, curriculum=False))]
    assert (3, 3) in mixed[:30]


def test_the_solvers_answer_earns_nearly_everything_and_each_answer_its_own():
    asked = questions(PLAN)
    assert min(rewards(asked, [one.answer for one in asked], -0.5)) > 0.97
    one = next(q for q in asked if q.item.shape == (3, 3))
    texts = ["100 0 0", "0 100 0", "0 0 100", "34 33 33", "no idea", "50 50 50", "90 5 5"]
    found = rewards([one] * len(texts), texts, -0.5)
    for text, reward in zip(texts, found, strict=True):
        if text in ("no idea", "50 50 50"):
            assert reward == -0.5
            continue
        said = np.array([[float(n) / 100 for n in text.split()]])
        seen, worth = one.item.seen(one.player)[None].astype(float), one.item.worth(one.player)
        assert reward == pytest.approx(1 - matrix.residuals(seen, np.array([worth]), said)[0])
    assert len(set(found)) > 3
    assert min(found[:4]) > -0.5


def test_a_reply_that_was_cut_off_is_not_guessed():
    one = next(q for q in questions(PLAN) if q.item.shape == (2, 2))
    assert rewards([one], ["50"], -1.0, [True]) == [-1.0]


def test_own_games_are_proved_and_kept_apart_from_the_test_set(tmp_path):
    file = tmp_path / "games.jsonl"
    fine = next(matrix.dense(9, [(4, 4)], 1))
    file.write_text(json.dumps({"payoffs": fine.payoffs}) + "\n")
    (own,) = own_games(file)
    assert own.payoffs == fine.payoffs and own.certificate.holds(own.payoffs)
    taken = next(item for item in matrix.test_set() if item.shape == (3, 3))
    told = (2 * taken.table[::-1] + 5).tolist()
    with file.open("a") as more:
        more.write(json.dumps({"payoffs": told}) + "\n")
    with pytest.raises(Misuse, match="is in test set 1"):
        questions(TrainingPlan("model", games=str(file), questions=4))


@pytest.mark.parametrize(
    "text",
    ["", "nothing", '{"games": 1}', '{"payoffs": [[1.5, 2], [3, 4]]}', '{"payoffs": [[1, 2]]}'],
)
def test_a_file_of_something_else_is_refused(text, tmp_path):
    file = tmp_path / "games.jsonl"
    file.write_text(text)
    with pytest.raises(Unreadable):
        own_games(file)
    with pytest.raises(Unreadable, match="cannot be read"):
        own_games(tmp_path / "none")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"method": "dpo"}, "one of sft, grpo"),
        ({"questions": 0}, "1 or more"),
        ({"questions": 3}, "do not fill one batch"),
        ({"sizes": ()}, "no size"),
        ({"sizes": ((1, 2),)}, "2 to 26 actions"),
        ({"sizes": ((5, 5),)}, "both trained on and held out"),
        ({"rate": 0.0}, "learning rate"),
        ({"penalty": 0.0}, "below 0"),
        ({"lora": -1}, "0 or more"),
        ({"method": "grpo", "generations": 1}, "no baseline"),
        ({"method": "grpo", "batch": 12}, "no multiple"),
        ({"method": "grpo", "temperature": 0.0}, "must differ"),
        ({"track": "paper"}, "trackio or wandb"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(fields, says):
    with pytest.raises(Misuse, match=says):
        # a wrong word for the method is what a caller without types could say
        plan = TrainingPlan("model")
        for name, value in fields.items():
            object.__setattr__(plan, name, value)
        check_training(plan)
