"""Charts draw what was measured, and nothing where nothing was."""

import re

import pytest

from nashscope.errors import UnknownName, Unreadable
from nashscope.play.store.run import open_run
from nashscope.report import (
    Badge,
    Figure,
    Link,
    Page,
    Panel,
    Section,
    Table,
    curve,
    dots,
    figure,
    figures,
    matrix,
    write_page,
)

vl_convert = pytest.importorskip("vl_convert")

ROWS = [
    {"x": k, "who": who, "value": value, "low": low, "high": high, "n": 3}
    for who in ("one", "two")
    for k, value, low, high in [(0, 0.2, 0.1, 0.4), (1, None, None, None), (2, 0.6, 0.5, 0.9)]
]


def line():
    """Two series of three places, of which one was not measured."""
    given = {"x_title": "place", "y_title": "share", "series": "who", "order": ["one", "two"]}
    return curve(ROWS, x="x", **given)


def drawn(chart):
    """The chart as SVG, at a fixed width."""
    return vl_convert.vegalite_to_svg(chart.properties(width=300).to_dict())


def labels(svg, kind):
    """What screen readers are told about every mark of a kind."""
    return re.findall(rf'aria-label="([^"]*)"[^>]*aria-roledescription="{kind}"', svg) + re.findall(
        rf'aria-roledescription="{kind}"[^>]*aria-label="([^"]*)"', svg
    )


def test_a_missing_value_is_no_point():
    points = labels(drawn(line()), "point")
    assert len(points) == 4 and not [text for text in points if "share: 0.000" in text]


def test_a_missing_value_is_no_cell_and_no_dot():
    cells = matrix(ROWS, x="x", y="who", x_title="x", y_title="who", value_title="share")
    assert len(labels(drawn(cells), "text mark")) == 4
    spread = dots(ROWS, y="x", x_title="share", series="who", order=["one", "two"])
    assert len(labels(drawn(spread), "point")) == 4


def test_the_interval_is_that_of_the_rows():
    band = line().to_dict()["layer"][0]
    assert band["mark"]["type"] == "area"
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    kept = [row for row in line().to_dict()["data"]["values"] if row["x"] == 2]
    assert [(row["low"], row["high"]) for row in kept] == [(0.5, 0.9)] * 2


def test_every_series_has_a_colour_and_a_dash_of_its_own():
    spec = line().to_dict()["layer"][1]["encoding"]
    for channel in ("color", "strokeDash"):
        scale = spec[channel]["scale"]
        assert scale["domain"] == ["one", "two"]
        assert len({str(value) for value in scale["range"]}) == 2


@pytest.fixture
def run(tmp_path):
    """A run with a report of two figures."""
    panels = [Panel(game, line(), {"game": game, "mode": "direct"}) for game in ("A", "B")]
    several = Figure("lines", "Lines", "c", panels, ROWS, ["one", "two"])
    single = Figure("alone", "Alone", "c", [("", line())], ROWS)
    table = Table(
        ["Claim", "Verdict", "Figure"],
        [["x", Badge("not supported", "bad"), Link("see", "figure-lines")]],
        folded=True,
        stacks=True,
    )
    with open_run(tmp_path / "run", {"study": "x"}) as made:
        write_page(made, Page("t", "q", [], [Section("s", "S", [table, several, single])]))
    return made


def test_a_menu_is_made_of_that_in_which_the_panels_differ(run):
    text = run.report.read_text(encoding="utf-8")
    assert text.count("<select") == 1 and 'data-menu="game"' in text
    assert re.search(r"<option>A</option>\s*<option>B</option>\s*<option value=\"\">all", text)


def test_a_link_leads_to_a_figure_of_the_page(run):
    text = run.report.read_text(encoding="utf-8")
    assert '<a href="#figure-lines">see</a>' in text and 'id="figure-lines"' in text
    assert '<span class="badge bad">not supported</span>' in text


def test_a_figure_of_a_run_is_a_chart_for_a_paper(run):
    assert figures(run) == ["alone", "lines"]
    svg = vl_convert.vegalite_to_svg(figure(run, "lines").to_dict())
    for text in ("A", "B", "one", "two", "share"):
        assert f">{text}</text>" in svg


def test_a_figure_that_is_not_there_is_one_line(run, tmp_path):
    with pytest.raises(UnknownName, match="did you mean lines"):
        figure(run, "line")
    with (
        open_run(tmp_path / "new", {"study": "x"}) as new,
        pytest.raises(Unreadable, match="nashscope report"),
    ):
        figure(new, "lines")


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "html", "json"])
def test_the_command_writes_a_figure(run, tmp_path, nashscope, suffix):
    file = tmp_path / f"figure.{suffix}"
    code, printed, _ = nashscope("figure", run.folder, "lines", "--out", file)
    assert code == 0 and printed.strip() == str(file) and file.stat().st_size > 1000


def test_the_command_refuses_what_it_cannot_do(run, tmp_path, nashscope):
    for arguments in (
        [run.folder, "lines", "--out", "figure.txt"],
        [run.folder, "none"],
        [tmp_path, "lines"],
    ):
        code, _, said = nashscope("figure", *arguments)
        assert code == 2 and len(said.strip().splitlines()) == 1
    assert nashscope("figure", run.folder)[1].split() == ["alone", "lines"]
