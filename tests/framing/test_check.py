"""The conformance test of framings: what a user's may do, and each way to break one."""

import re
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nashscope.errors import BrokenFraming
from nashscope.framing import (
    Plain,
    PlainStyle,
    Unparsed,
    check_framing,
    style,
    styles,
)
from nashscope.framing.check import Checked, check_style
from nashscope.framing.noted import noted
from nashscope.framing.notice import notices
from nashscope.framing.payoffs import check_payoffs, marked
from nashscope.games import NormalForm, Repeated, View, game
from nashscope.games.institution import mechanism

DILEMMA = game("prisoners-dilemma")


@dataclass(frozen=True)
class Faulty:
    """The plain telling with one method of another make; `fault` is given the plain one."""

    fault: type
    name: str = "faulty"

    def draw(self, stage, match, chance):
        plain = PlainStyle().draw(stage, match, chance)
        return self.fault(plain.labels, plain.own_turn, plain.other_turn)


def swapped_in(text, first, second):
    """The text with two words exchanged."""
    pattern = re.compile(rf"(?<!\w)(?:{re.escape(first)}|{re.escape(second)})(?!\w)")
    return pattern.sub(lambda found: second if found[0] == first else first, text)


def payoffs_first(pattern, line):
    return re.sub(pattern, lambda m: f"you get {m[2]} and the other player gets {m[1]}", line)


class Told(Plain):
    """The plain telling, changed line by line; `line` is given a line and the view."""

    def line(self, line, view):
        raise NotImplementedError

    def render(self, view, mode="direct"):
        return "\n".join(self.line(one, view) for one in super().render(view, mode).splitlines())


class SwappedPoints(Told):
    def line(self, line, view):
        return payoffs_first(r"you get (\S+) and the other player gets (\S+?)(?=\.)", line)


class OtherFirst(Told):
    def line(self, line, view):
        found = re.match(r"(If .*), (you get \S+) and (the other player gets \S+)\.", line)
        return f"{found[1]}, {found[3]} and {found[2]}." if found else line


class ExchangedRows(Told):
    def line(self, line, view):
        first, second = self.labels[view.player]
        before, comma, paid = line.partition(", you get")
        if not comma:
            return line
        own, other = before.split(" and the other")
        return f"{swapped_in(own, first, second)} and the other{other}{comma}{paid}"


class ExchangedColumns(Told):
    def line(self, line, view):
        first, second = self.labels[1 - view.player]
        own, middle, rest = line.partition(" and the other player chooses")
        return f"{own}{middle}{swapped_in(rest, first, second)}" if line.startswith("If") else line


class Mirrored(Told):
    """Tells the hearer's choice as the other's and the other's as the hearer's."""

    def line(self, line, view):
        found = re.match(r"If you choose (\S+) and the other player chooses (\S+),(.*)", line)
        if found:
            return f"If you choose {found[2]} and the other player chooses {found[1]},{found[3]}"
        return line


class Off(Told):
    """Every payoff is told one too high."""

    def line(self, line, view):
        return re.sub(r"\d{4}", lambda m: str(int(m[0]) + 1), line)


class Forgetful(Told):
    def line(self, line, view):
        return line.split(" and the other player gets")[0]


class Lossless(Told):
    """Forgets the sign of a loss."""

    def line(self, line, view):
        return line.replace("get -", "get ").replace("gets -", "gets ")


class Rounded(Told):
    def line(self, line, view):
        return re.sub(r"(\d{4})\.25", r"\1", line)


class Repeating(Plain):
    def render(self, view, mode="direct"):
        text = super().render(view, mode)
        return text if mode == "direct" else f"{text}\nMind the 1001 points."


class Misnamed(Told):
    """Tells the other's label for what the hearer did, and nothing else about the past."""

    def line(self, line, view):
        found = re.match(r"(Round \d+): you chose (\S+), the other player chose (\S+)\.", line)
        first, second = self.labels[view.player]
        return (
            f"{found[1]}: {second if found[2] == first else first}, {found[3]}." if found else line
        )


class Reversed(Told):
    """Tells the past with the two players exchanged."""

    def line(self, line, view):
        found = re.match(r"(Round \d+): you chose (\S+), the other player chose (\S+)\.", line)
        if found:
            return f"{found[1]}: you chose {found[3]}, the other player chose {found[2]}."
        return line


class OtherBefore(Told):
    def line(self, line, view):
        found = re.match(r"(Round \d+): (you chose \S+), (the other player chose \S+)\.", line)
        return f"{found[1]}: {found[3]}, {found[2]}." if found else line


class Amnesic(Plain):
    """The first round again and again, but for the labels."""

    def render(self, view, mode="direct"):
        now = (None,) * view.stage.players
        told = super().render(View(view.game, view.player, now=now), mode)
        return f"{told} {self.labels}"


class Constant(Plain):
    def render(self, view, mode="direct"):
        return "Choose."


class Empty(Plain):
    def render(self, view, mode="direct"):
        return " "


class Nothing(Plain):
    def render(self, view, mode="direct"):
        return None


class Raising(Plain):
    def render(self, view, mode="direct"):
        return view.history[-1]


class Restless(Plain):
    """Another text every time."""

    def render(self, view, mode="direct"):
        return f"{super().render(view, mode)}{np.random.default_rng().random()}"


class Opposite(Plain):
    def parse(self, reply, player, mode="direct"):
        read = super().parse(reply, player, mode)
        return read if isinstance(read, Unparsed) else 1 - read


class Generous(Plain):
    """Takes what it cannot read for the first action, where the model reasons."""

    def parse(self, reply, player, mode="direct"):
        read = super().parse(reply, player, mode)
        return 0 if isinstance(read, Unparsed) and mode == "scratchpad" else read


class FirstNamed(Plain):
    """Reads the first label in an answer, whatever else it says."""

    def parse(self, reply, player, mode="direct"):
        found = re.search(rf"\b(?:{'|'.join(self.labels[player])})\b", reply)
        return self.labels[player].index(found[0]) if found else Unparsed(reply, "no label")


class OutOfRange(Plain):
    def parse(self, reply, player, mode="direct"):
        return 99


class Unread(Plain):
    def parse(self, reply, player, mode="direct"):
        return None


BROKEN = [
    (SwappedPoints, "is told before that of player"),
    (OtherFirst, "is told before that of player 1"),
    (ExchangedRows, "do not stand with these labels"),
    (ExchangedColumns, "do not stand with these labels"),
    (Mirrored, "do not stand with these labels"),
    (Off, "do not stand with these labels"),
    (Forgetful, "told 0 times"),
    (Repeating, "in the mode cot, payoff 1001 .* told 2 times"),
    (Misnamed, "of what player 1 did, whose action was"),
    (Reversed, "what player 2 did before its own action"),
    (OtherBefore, "before its own action"),
    (Amnesic, "told the same whatever player 1 did"),
    (Constant, "told 0 times"),
    (Empty, "not a text"),
    (Nothing, "render gives None"),
    (Raising, r"test_check.py:\d+ \(render\) raises IndexError"),
    (Restless, "two different prompts"),
    (Opposite, "of action 0 is read as action 1"),
    (Generous, "in the mode scratchpad, the answer '', which names no one action"),
    (FirstNamed, "the answer 'I will never choose"),
    (OutOfRange, "parse gives 99"),
    (Unread, "parse gives None"),
]


@pytest.mark.parametrize(("fault", "says"), BROKEN, ids=[fault.__name__ for fault, _ in BROKEN])
def test_each_way_to_break_a_framing_is_refused_in_one_line(fault, says):
    with pytest.raises(BrokenFraming, match=says) as refused:
        check_framing(Faulty(fault), DILEMMA)
    assert "\n" not in str(refused.value) and "the framing 'faulty'" in str(refused.value)


@pytest.mark.parametrize(
    ("fault", "stage", "says"),
    [
        (Lossless, NormalForm([[[-1, 2], [3, 4]], [[1, 2], [3, 4]]]), "wrong sign"),
        (Rounded, NormalForm([[[0.5, 2], [3, 4]], [[1, 2], [3, 4]]]), "told 0 times"),
    ],
)
def test_signs_and_fractions_count_where_the_game_has_them(fault, stage, says):
    check_framing(Faulty(fault), DILEMMA)
    with pytest.raises(BrokenFraming, match=says):
        check_framing(Faulty(fault), stage)


class Drawing:
    """Draws what it is told."""

    name = "drawing"

    def __init__(self, draw):
        self.draw = draw


def unlike(labels):
    """The plain telling with labels that no one looked at."""

    def draw(stage, match, chance):
        framing = PlainStyle().draw(stage, match, chance)
        object.__setattr__(framing, "labels", labels)
        return framing

    return draw


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda stage, match, chance: None, "draw gives None"),
        (lambda stage, match, chance: Plain, "draw gives <class"),
        (lambda stage, match: None, "raises TypeError"),
        (lambda stage, match, chance: 1 / 0, r"test_check.py:\d+ \(<lambda>\) raises ZeroDivision"),
        (unlike((("F", "F"), ("F", "J"))), "two actions have the label 'F'"),
        (unlike((("F", "J"),)), "the labels are"),
        (unlike((("F", "J", "K"), ("F", "J"))), "the labels are"),
        (unlike((("F", 1), ("F", "J"))), "the labels are"),
        (
            lambda stage, match, chance: PlainStyle().draw(stage, match, np.random.default_rng()),
            "two different sets of labels",
        ),
    ],
)
def test_what_a_style_draws_is_a_framing_of_the_game(draw, says):
    with pytest.raises(BrokenFraming, match=says):
        check_framing(Drawing(draw), DILEMMA)


class Lines(Plain):
    """The payoffs in another form; `told` is given the cells with their labels and payoffs."""

    def opening(self, view, options):
        order = (view.player, 1 - view.player)
        cells = [
            (
                tuple(self.labels[p][cell[p]] for p in order),
                tuple(str(view.stage.exact[(p, *cell)]) for p in order),
            )
            for cell in self.cells(view.player)
        ]
        return self.told(cells)


class Bracketed(Lines):
    def told(self, cells):
        return [f'{{"{a}, {b}": [{mine}, {theirs}]}}' for (a, b), (mine, theirs) in cells]


class OneLine(Lines):
    def told(self, cells):
        return ["; ".join(f"{a} and {b}: {x} and {y}" for (a, b), (x, y) in cells)]


class Behind(Lines):
    def told(self, cells):
        return ["; ".join(f"{x} and {y} for {a} and {b}" for (a, b), (x, y) in cells)]


class Split(Lines):
    """The hearer's payoffs first, and then the other's, each with its labels."""

    def told(self, cells):
        own = [f"{a} against {b} earns you {x}." for (a, b), (x, _) in cells]
        return own + [f"{a} against {b} earns the other {y}." for (a, b), (_, y) in cells]


class Markdown(Lines):
    def told(self, cells):
        columns = list(dict.fromkeys(b for (_, b), _ in cells))
        rows = list(dict.fromkeys(a for (a, _), _ in cells))
        paid = dict(cells)
        lines = [f"| | {' | '.join(columns)} |", "|---|---|---|"]
        return lines + [
            f"| {a} | {' | '.join(' / '.join(paid[a, b]) for b in columns)} |" for a in rows
        ]


class Losing(Lines):
    """Tells a loss in words."""

    def told(self, cells):
        def earned(who, payoff):
            return f"{who} lose {payoff[1:]}" if payoff.startswith("-") else f"{who} win {payoff}"

        return [f"{a} and {b}: {earned('you', x)}, {earned('they', y)}" for (a, b), (x, y) in cells]


@pytest.mark.parametrize("form", [Bracketed, OneLine, Behind, Split, Markdown, Losing])
def test_a_framing_may_tell_its_cells_in_other_forms(form):
    check_framing(Faulty(form), DILEMMA, matches=2)
    check_framing(Faulty(form), NormalForm([[[-3, 1], [2, -4]], [["1/2", 3], [-6, 7]]]), matches=2)


@given(st.sampled_from([Bracketed, OneLine, Behind, Split, Markdown]), st.permutations(range(8)))
@example(Markdown, [2, 3, 0, 1, 6, 7, 4, 5])  # rows
@example(Markdown, [1, 0, 3, 2, 5, 4, 7, 6])  # columns
@example(Markdown, [4, 5, 6, 7, 0, 1, 2, 3])  # players
@settings(max_examples=60, deadline=None)
def test_of_all_ways_to_place_eight_payoffs_one_is_right(form, places):
    """Whatever payoffs change places in the text, it is seen."""
    stage = marked(DILEMMA)
    labels = (("F", "J"), ("K", "M"))
    prompt = form(labels).render(View(Repeated(stage), 0))
    check_payoffs(prompt, labels, stage, 0)
    moved = re.sub(r"\d{4}", lambda m: str(1001 + places[int(m[0]) - 1001]), prompt)
    if list(places) == sorted(places):
        check_payoffs(moved, labels, stage, 0)
    else:
        with pytest.raises(BrokenFraming):
            check_payoffs(moved, labels, stage, 0)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2), st.integers(0, 99))
@settings(deadline=None, max_examples=6)
def test_the_plain_telling_tells_every_game(rows, columns, layers, seed):
    rng = np.random.default_rng(seed)
    check_framing(PlainStyle(), NormalForm(rng.integers(-9, 9, (2, rows, columns)) / 2), 1, seed)
    check_framing(PlainStyle(), NormalForm(rng.integers(-9, 9, (3, rows, columns, layers))), 1)


@dataclass(frozen=True)
class Noticed:
    """A style with what players are told beside the game."""

    style: object
    institution: str
    stage: NormalForm

    @property
    def name(self):
        return self.style.name

    def draw(self, stage, match, chance):
        framing = self.style.draw(stage, match, chance)
        told = notices(
            self.stage,
            framing.labels,
            mechanism=self.institution,
            ending="random",
            discount=0.9,
            tremble=0.1,
            standing=((3, 10), None),
        )
        return noted(framing, told)


@pytest.mark.parametrize("institution", ["mediation", "contract:2"])
@pytest.mark.parametrize("name", styles())
def test_the_game_is_told_under_institutions_too(name, institution):
    changed = mechanism(institution).change(DILEMMA)
    check_framing(Noticed(style(name), institution, DILEMMA), changed, matches=2)


def test_a_users_own_is_looked_at_once_for_each_game_and_then_draws():
    checked = Checked(Faulty(ExchangedRows))
    with pytest.raises(BrokenFraming, match="do not stand with"):
        checked.draw(DILEMMA, 0, np.random.default_rng(0))
    checked = Checked(Faulty(Plain))
    drawn = checked.draw(DILEMMA, 5, np.random.default_rng(0))
    assert drawn == PlainStyle().draw(DILEMMA, 5, np.random.default_rng(0))
    assert checked.passed == {DILEMMA} and checked.name == "faulty"


@pytest.mark.parametrize(
    "wrong",
    [
        PlainStyle,
        3,
        None,
        Plain((("F",),)),
        Faulty(Plain, name=""),
        Drawing(lambda: None),
        Drawing(lambda stage, match: None),
        Drawing(None),
    ],
)
def test_what_is_no_framing_is_refused_when_it_is_loaded(wrong):
    with pytest.raises(BrokenFraming, match=r"my.py:STYLE (is|has)"):
        check_style(wrong, "my.py:STYLE")


OWN = """
from nashscope.framing import Plain, PlainStyle

class Mute(Plain):
    def render(self, view, mode="direct"):
        return ""

class MuteStyle(PlainStyle):
    def draw(self, stage, match, chance):
        plain = PlainStyle.draw(self, stage, match, chance)
        return Mute(plain.labels, plain.own_turn, plain.other_turn)

STYLE = MuteStyle()
"""


def test_a_broken_framing_of_a_file_plays_no_match(tmp_path, nashscope):
    file = tmp_path / "mute.py"
    file.write_text(OWN, encoding="utf-8")
    code, out, err = nashscope(
        "play", "prisoners-dilemma", "fake/uniform", "random", "--framing", f"{file}:STYLE"
    )
    assert code == 2 and "render gives ''" in " ".join(err.split()) and "Traceback" not in err
    assert "payoff" not in out
