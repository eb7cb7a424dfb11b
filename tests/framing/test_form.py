"""What is written is read, and what is not exactly one legal answer is not."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashscope.framing.answer import Unparsed
from nashscope.framing.form import asked_for, read, write, written_number
from nashscope.games.answer import Amount, Choice, Several, Split, Subset, Words, draw, values

MONEY = Amount(0, None, F(1, 100), "dollars")
ALLOCATION = Several((("book", Amount(0, 1)), ("hat", Amount(0, 1)), ("balls", Amount(0, 3))))
BELIEF = Split(1, 3, F(1, 100))
DECISION = Several((("decision", Choice(("accept", "reject"))),))
CELLS = Subset(("(A1, B1)", "(A1, B2)", "(A2, B1)", "(A2, B2)"))
TWICE = Several((("first", Amount(0, 9)), ("second", Amount(0, 9))))
OFFER = Several((("message", Words(80)), ("offer", MONEY), ("split", Split(10, 2))))

FORMS = [
    Choice(("cooperate", "defect")),
    Choice(tuple(f"choice_{n}" for n in range(1, 11))),
    Amount(0, 100),
    Amount(-3, 3),
    Amount(F(1, 2), 3, F(1, 4)),
    Amount(0, 1, F(1, 3)),
    Amount(0, 2000, 1000, "dollars"),
    Split(100, 2, 5),
    Split(1, 2, F(1, 10)),
    Split(1, 3, F(1, 7)),
    Split(1, 3, F(1, 20)),
    Subset(("bread", "milk", "salt")),
    Subset(("a", "b"), 1, 1),
    CELLS,
    ALLOCATION,
    DECISION,
    Several((("where", Choice(("left", "right"))), ("what", Subset(("x", "y"))))),
]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_value_is_read_as_it_is_written(form):
    for value in values(form):
        assert read(form, write(form, value)) == value
    assert isinstance(read(form, "..."), Unparsed)
    assert isinstance(read(form, ""), Unparsed)
    assert asked_for(form)


@given(st.integers(0, 10**9), st.sampled_from([MONEY, OFFER, Amount(0, None)]))
def test_values_without_end_are_read_as_they_are_written(seed, form):
    import numpy as np

    value = draw(form, np.random.default_rng(seed))
    assert read(form, write(form, value)) == value


@given(st.text(max_size=80).map(str.strip))
def test_words_are_kept(said):
    assert read(Words(80), write(Words(80), said)) == said
    inside = (said, 5, (4, 6))
    assert read(OFFER, write(OFFER, inside)) == inside


@pytest.mark.parametrize(
    ("form", "reply", "expected"),
    [
        (Amount(0, 100), "I contribute 40.", 40),
        (Amount(0, 100), "40 or 60", "several numbers"),
        (Amount(0, 100), "140", "out of range"),
        (Amount(0, 100), "-5", "out of range"),
        (Amount(0, 100), "2.5", "out of range"),
        (Amount(0, 100), "between 30 and 40, so 35", "several numbers"),
        (Amount(0, 100), "30-40", "several numbers"),
        (Amount(0, 100), "ten", "no number"),
        (Amount(0, 100), "40%", "unclear number"),
        (Amount(0, 100), "1e2", "unclear number"),
        (Amount(0, 10_000), "1,000", "unclear number"),
        (Amount(0, 100), "40. I say 40.", 40),
        (Amount(0, 100), "4 of 5", "several numbers"),
        (Amount(0, 100), "4/5", "several numbers"),
        (Amount(0, 100), "I cannot do that.", "refused"),
        (MONEY, "$1,000,000", 1_000_000),
        (MONEY, "1.000.000", "unclear number"),
        (MONEY, "16.5 dollars", F(33, 2)),
        (MONEY, "16.505 dollars", "out of range"),
        (MONEY, "I would not go below $14; my offer is $16", "several numbers"),
        (Split(100, 2), '{"alice_gain": 60, "bob_gain": 40}', (60, 40)),
        (Split(100, 2), '{"alice_gain": 60, "bob_gain": 45}', "wrong sum"),
        (Split(1, 2, F(1, 10)), '{"alice_gain": 0.1, "bob_gain": 0.9}', (F(1, 10), F(9, 10))),
        (Split(100, 2), "60/40", (60, 40)),
        (Split(100, 2), "60,40", (60, 40)),
        (Split(100, 2), "[60, 40]", (60, 40)),
        (Split(100, 2), "60 for me", "too few numbers"),
        (Split(100, 2), "160, -60", "out of range"),
        (Split(100, 3, 5), "A: 50%, B: 25%, C: 25%", (50, 25, 25)),
        (Split(100, 3, 5), "A: 47%, B: 27%, C: 26%", "out of range"),
        (ALLOCATION, "book 1, hat 0, balls 2", (1, 0, 2)),
        (ALLOCATION, "all the balls", "missing field"),
        (ALLOCATION, "book 1, hat 0, balls 4", "out of range"),
        (CELLS, "(A1, B2), (A2, B1)", (1, 2)),
        (CELLS, "[]", ()),
        (CELLS, "none", ()),
        (CELLS, "", "empty"),
        (CELLS, "none, or (A1, B2)", "several answers"),
        (TWICE, "first: 3", "missing field"),
        (TWICE, "second: 4\nfirst: 3", (3, 4)),
        (BELIEF, "60% / 20% / 20%", (F(3, 5), F(1, 5), F(1, 5))),
        (BELIEF, ".6 .3 .3", "wrong sum"),
        (BELIEF, ".6 .2 .2", (F(3, 5), F(1, 5), F(1, 5))),
        (BELIEF, ".33 .33 .33", (F(34, 100), F(33, 100), F(33, 100))),
        (DECISION, '{"decision": "accept"}', (0,)),
        (DECISION, '{"decision": "accept", "note": "x"}', "extra field"),
        (Choice(tuple(f"choice_{n}" for n in range(1, 11))), "choice_1", 0),
        (Choice(tuple(f"choice_{n}" for n in range(1, 11))), "choice_10", 9),
        (Choice(("0", "20", "40", "60", "80", "100")), "I offer 60 to you", 3),
        (Choice(("40", "60")), "60/40", "several labels"),
        (Choice(("accept", "reject")), '{"decision":"accept"}', 0),
        (Words(600), "x" * 601, "too long"),
        (Words(600), "  ", ""),
    ],
)
def test_replies_are_read_for_what_they_are(form, reply, expected):
    value = read(form, reply)
    assert (value.why if isinstance(value, Unparsed) else value) == expected


def test_only_what_follows_the_mark_counts():
    amount = Amount(0, 100)
    assert read(amount, "The pool holds 100. Answer: 35", mark="Answer:") == 35
    assert read(amount, "The pool holds 100, I say 35", mark="Answer:").why == "no mark"
    assert read(amount, "answer: 35\nIt is 1 of 3 ways.", mark="Answer:") == 35
    assert read(amount, "Answer:\n35", mark="Answer:") == 35
    assert read(amount, "Answer: 35\nAnswer: 36", mark="Answer:").why == "several answers"
    assert read(amount, "Answer: 35 or 36", mark="Answer:").why == "several numbers"
    assert read(MONEY, "I would not go below $14. OFFER: $16", mark="OFFER:") == 16
    vote = Choice(("Player 1", "Player 3"))
    said = "Player 1 said so. I vote Player 3"
    assert read(vote, said).why == "several labels"
    assert read(vote, f"{said}. Vote: Player 3", mark="Vote:") == 1
    assert read(vote, "I vote for Player 2").why == "no label"


def test_parts_go_by_their_names_whatever_their_order():
    two = Split(100, 2)
    assert read(two, "Bob: 40, Alice: 60", labels=("Alice", "Bob")) == (60, 40)
    assert read(two, '{"bob gain": 40, "alice gain": 60}', labels=("Alice", "Bob")) == (60, 40)
    assert read(two, "60 for me", implied=True) == (60, 40)
    assert read(two, "160 for me", implied=True).why == "out of range"


def test_numbers_are_written_exactly():
    assert [written_number(n) for n in (3, F(5, 2), F(-1, 20), F(1, 3))] == [
        "3",
        "2.5",
        "-0.05",
        "1/3",
    ]
