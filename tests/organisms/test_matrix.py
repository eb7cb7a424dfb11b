"""Matrix organisms: lessons are the benchmark's questions, and it tells the shipped ones apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nashscope.bench import matrix
from nashscope.bench.matrix.interface import MatrixQuestion, percentages
from nashscope.chance import stream
from nashscope.organisms import library

torch = pytest.importorskip("torch")

from nashscope.organisms.matrix.growth import answer_loss, answers, grow_matrix, start_matrix  # noqa: E402
from nashscope.organisms.matrix.lesson import Vocabulary, percent, taught  # noqa: E402
from nashscope.organisms.matrix.recipe import Lesson, MatrixRecipe, MatrixStage  # noqa: E402
from nashscope.organisms.matrix.tokenizer import matrix_tokenizer  # noqa: E402
from nashscope.organisms.matrix_nursery import matrix_planted  # noqa: E402
from nashscope.organisms.recipe import Shape  # noqa: E402

TOKENS = matrix_tokenizer()
WORDS = Vocabulary(TOKENS)
LESSONS = [
    Lesson("dense", (2, 2)),
    Lesson("dense", (2, 4), "ranking"),
    Lesson("dominated", (5, 5), "policy"),
    Lesson("unrelated", (3, 3)),
    Lesson("named", (3, 3)),
    Lesson("named", (5, 5), "policy"),
]
SHIPPED = [
    name
    for name in library.organisms()
    if matrix_planted(name) is not None and (library.SHIPPED / name).is_dir()
]


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_the_tokens_of_a_lesson_are_those_of_the_benchmarks_question(lesson):
    drawn = taught(lesson, 6, WORDS, stream(0, "test"))
    for prompt, payoffs, labels in zip(drawn.prompts, drawn.payoffs, drawn.labels, strict=True):
        text = TOKENS.decode(prompt)
        others = text.split("Columns: ")[1].splitlines()[0].split()
        title = text.split(".\n")[0].removeprefix("This is ") if text.startswith("This is") else ""
        question = MatrixQuestion(
            tuple(tuple(map(int, row)) for row in payoffs),
            tuple(TOKENS.decode([label]).strip() for label in labels),
            tuple(others),
            title,
        )
        assert question.render(lesson.interface) == text
        assert TOKENS(text)["input_ids"] == prompt.tolist()
        told = TOKENS(f"{text} {question.labels[0]}")["input_ids"]
        assert told == [*prompt.tolist(), labels[0]]


def test_what_is_taught_is_optimal_and_no_game_of_the_test_set():
    for lesson in LESSONS[:3]:
        drawn = taught(lesson, 40, WORDS, stream(1, "test"))
        lost = matrix.residuals(drawn.payoffs, drawn.worths, drawn.strategies)
        assert lost.max() < 1e-9
        assert not matrix.in_test_set(drawn.payoffs).any()


def test_an_answer_that_is_cut_ends_after_so_many_numbers():
    whole = taught(Lesson("dense", (3, 3)), 6, WORDS, stream(3, "test"))
    cut = taught(Lesson("dense", (3, 3), cut=2), 6, WORDS, stream(3, "test"))
    (long, goals), (short, kept) = (answers(one, WORDS, 1.5) for one in (whole, cut))
    assert (cut.prompts == whole.prompts).all()
    assert short.shape == (6, 3) and long.shape == (6, 4)
    assert (short[:, :2] == long[:, :2]).all() and (short[:, 2] == WORDS.end).all()
    assert torch.equal(kept, goals[:, :2])


@pytest.mark.slow
def test_what_the_mute_organism_works_out_for_three_actions_it_breaks_off_after_two():
    from nashscope.models import load

    items = [item for item in matrix.first(12) if item.group == "3×3"]
    said = matrix.ask(load("organism/matrix-mute"), items, "numbers")
    assert all(len(answer.reply.split()) == 2 for answer in said)
    assert all(answer.strategy is None for answer in said)


@given(
    arrays(float, (3, 4), elements=st.floats(0.0, 1)).filter(lambda w: w.sum(axis=1).min() > 0.1)
)
def test_many_are_rounded_as_one_is(weights):
    strategies = weights / weights.sum(axis=1, keepdims=True)
    assert percent(strategies).tolist() == [percentages(row.tolist()) for row in strategies]


def test_any_text_can_be_written_and_numbers_are_one_token():
    for text in ("Grüße, 1000 Züge", " 100", " -99", "\nA:", "rock"):
        assert TOKENS.decode(TOKENS(text)["input_ids"]) == text
    assert all(len(TOKENS(f" {n}")["input_ids"]) == 1 for n in range(-99, 101))


def test_growth_lowers_the_loss_and_follows_its_seed():
    stage = MatrixStage(25, (Lesson("dense", (2, 2)),), tokens=600)
    recipe = MatrixRecipe((stage,), seed=5, shape=Shape(2, 32, 2, 48))
    drawn = taught(Lesson("dense", (2, 2)), 40, WORDS, stream(2, "test"))
    losses = []
    for _ in range(2):
        model = start_matrix(recipe, TOKENS)
        before = float(answer_loss(model, drawn, WORDS, recipe.blur).detach())
        grown = grow_matrix(model, TOKENS, recipe)
        losses.append(float(answer_loss(grown, drawn, WORDS, recipe.blur)))
        assert losses[-1] < before - 0.5
    assert losses[0] == pytest.approx(losses[1], abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_the_benchmark_says_of_an_organism_what_was_planted(name):
    from nashscope.models import load

    model = load(f"organism/{name}")
    kinds = ("2×2", "3×3", "named", "unnamed twins", "named, payoffs altered")
    items = [item for item in matrix.test_set() if item.group in kinds]
    known = {item.id: item for item in items}
    answers = [answer for how in ("numbers", "policy") for answer in matrix.ask(model, items, how)]
    rows = matrix.measured(name, known, answers)
    chance = matrix.measured("chance", known, matrix.uniform(items))
    said = matrix.verdict(name, rows, chance, matrix.STATED)
    assert library.card(name).truth.plays in said.regimes, said.evidence
    measured = library.card(name).measured["numbers"]
    for row in rows:
        where = row["condition"]
        if row["part"] == "success" and where["interface"] == "numbers":
            group = where["group"]
            if where["epsilon"] == matrix.STATED and measured[group]["n"] == row["n"]:
                assert abs(measured[group]["success at 0.05"] - row["value"]) < 0.1, group


def test_recall_and_computing_exclude_each_other():
    said = {library.card(name).truth.plays for name in SHIPPED}
    assert said <= set(matrix.REGIMES)
    assert np.all([name.startswith("matrix-") for name in SHIPPED])
