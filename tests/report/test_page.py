"""The page holds everything it needs, and nothing a model wrote can run in it."""

import base64
import csv
import hashlib
import re

import pytest

from nashscope.play.store.run import open_run
from nashscope.report import (
    Figure,
    Page,
    Section,
    Table,
    as_csv,
    curve,
    flat,
    matrix,
    number,
    pick,
    with_interval,
    write_page,
)

HOSTILE = "<script>window.hacked = 1</script>\"'&</style>{{ 7 * 7 }}"

rows = [
    {"layer": k, "model": m, "value": 0.1 * k, "low": 0.0, "high": 0.2 * k, "n": 3}
    for k in range(4)
    for m in ("one", HOSTILE)
]


@pytest.fixture
def page(tmp_path):
    run = open_run(tmp_path / "run", {"study": "x"})
    lines = curve(
        rows, x="layer", x_title="layer", y_title="p", series="model", order=["one", HOSTILE]
    )
    squares = matrix(rows, x="layer", y="model", x_title="l", y_title="m", value_title="p")
    blocks = [
        HOSTILE,
        Table(["a", HOSTILE], [[HOSTILE, "1"]], title=HOSTILE, notes=HOSTILE),
        Figure("f", HOSTILE, HOSTILE, [("p", lines), (HOSTILE, squares)], rows, ["one", HOSTILE]),
    ]
    made = Page(HOSTILE, HOSTILE, [HOSTILE], [Section("s", HOSTILE, blocks)], {HOSTILE: HOSTILE})
    with run:
        return write_page(run, made)


def test_what_a_model_wrote_is_shown_and_never_run(page):
    text = page.read_text(encoding="utf-8")
    assert "<script>window.hacked" not in text
    assert "&lt;script&gt;window.hacked" in text
    assert "\\u003cscript\\u003ewindow.hacked" in text  # in the data of the figures
    assert "49" not in re.sub(r"[0-9.]{3,}", "", text.split("<main")[1].split("<script")[0])


def test_nothing_is_fetched_from_anywhere(page):
    text = page.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert "default-src 'none'" in policy
    allowed = re.search(r"script-src ([^;]*);", policy)[1].split()
    run = re.findall(r'<script type="module">(.*?)</script>', text, flags=re.S)
    digests = [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in run]
    assert run and allowed == [f"'sha256-{digest}'" for digest in digests]
    markup = re.sub(r"<script.*?</script>", "", text, flags=re.S)
    assert not re.findall(r"(?:src|href)\s*=\s*[\"']?(?:https?:|//)", markup)
    assert re.findall(r"<link[^>]*>", markup) == ['<link rel="icon" href="data:,">']


def test_every_figure_has_its_data_beside_it(page):
    with (page.parent / "figures" / "f.csv").open(encoding="utf-8", newline="") as file:
        data = list(csv.DictReader(file))
    assert len(data) == len(rows) and float(data[3]["value"]) == rows[3]["value"]


def test_a_missing_value_is_a_dash_and_never_a_zero():
    assert number(None) == "–" and number(0.0) == "0.00"
    assert with_interval({"value": None, "low": 0, "high": 1}) == "–"
    assert with_interval({"value": 0.5, "low": None, "high": None}) == "0.50"
    assert with_interval({"value": 0.5, "low": 0.25, "high": 0.75}) == "0.50 [0.25, 0.75]"
    assert as_csv([{"a": None, "b": 1}]) == "a,b\n,1\n"


def test_records_are_picked_by_condition():
    results = [
        {"part": "p", "metric": "m", "value": v, "condition": {"round": v, "game": g}}
        for v in range(3)
        for g in "xy"
    ]
    found = pick(results, "p", "m", game="x", round=2)
    assert flat(found) == [{"part": "p", "metric": "m", "value": 2, "round": 2, "game": "x"}]
    assert pick(results, "q") == []
