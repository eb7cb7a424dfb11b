"""Studies, benchmarks, figures, exports, reports and the live page."""

import json

from tests.bad_input import Bad
from tests.bad_input.bases import BENCH
from tests.bad_input.door_runs import put

STUDY = ("study", "nash-suppression", "--plan", "demo", "--quiet", "--model", "fake/uniform")
SETS = (
    "matches", "matches=", "=4", "match=4", "matches=0", "matches=-1", "matches=many",
    "matches=1.5", "matches=[1]", "matches=yes", "matches=012", "matches=[", "matches=1000000000",
    "games=[]", "games=chicken", "games=[chess]", "games=[x", "games=[3]",
    "games=[chicken, chicken]",
    "horizons=[]", "horizons=[0]", "horizons=[x]", "horizons=3", "horizons=[1000000000]",
    "strengths=[]", "strengths=[one]", "strengths=[.nan]", "strengths=[.inf]",
    "shuffles=-1", "shuffles=5", "shuffles=x", "looked=0", "looked=-1", "tellings=0",
    "history=-1", "memory=-1", "nulls=0", "modes=[dream]", "orders=[both]", "framings=[plane]",
    "tools=[hammer]", "tools=clamping", "clamps=[.nan]", "fingerprints=-1", "nosuch=1",
)  # fmt: skip
STUDIES = (
    ("study",),
    ("study", "nash-suppression"),
    ("study", "nash-supression", "--model", "fake/uniform"),
    ("study", "nowhere.py:STUDY", "--model", "fake/uniform"),
    ("study", "", "--model", "fake/uniform"),
    (*STUDY, "--plan", "tiny"),
    (*STUDY, "--plan", ""),
    (*STUDY, "--opponents", "nobody"),
    (*STUDY, "--opponents", ","),
    (*STUDY, "--opponents", "random,random"),
    (*STUDY, "--seed", "x"),
    (*STUDY, "--jobs", "0"),
    (*STUDY, "--jobs", "-1"),
    (*STUDY, "--dtype", "float17"),
    (*STUDY, "--dtype", "float32"),
    (*STUDY, "--device-map", "nowhere"),
    (*STUDY, "--base", "nosuch"),
    (*STUDY, "--base", "fake/uniform"),
    (*STUDY, "--model", "fake/uniform"),
    (*STUDY, "--model", "gpt-9"),
    (*STUDY, "--model", "organism/nsh"),
    (*STUDY, "--model", "hf/nowhere"),
    (*STUDY, "--model", "tit-for-tat"),
    (*STUDY, "--model", ""),
    (*STUDY, "--max-calls", "-1"),
    (*STUDY, "--prices", "nowhere.yaml"),
    (*STUDY, "--out", "x" * 300),
    (*STUDY, "--out", "mine.txt"),
    (*STUDY, "--nosuch"),
)
OWN = {
    "a number": "STUDY = 3\n",
    "no such object": "OTHER = 3\n",
    "wrong syntax": "STUDY = (\n",
    "raises when read": "raise RuntimeError('no')\n",
    "leaves when read": "import sys\nsys.exit(7)\n",
    "a class": "class STUDY: pass\n",
}
BENCHES = (
    ("--limit", "0"), ("--limit", "-1"), ("--limit", "x"), ("--interfaces", "words"),
    ("--interfaces", ""), ("--sizes", "0"), ("--sizes", "1"),
    ("--sizes", "x"), ("--sizes", "2x"), ("--sizes", "-2"), ("--sizes", "1000000"),
    ("--epsilon", "-1"), ("--epsilon", "nan"), ("--epsilon", "x"),
    ("--epsilon", "2"), ("--temperature", "-1"), ("--temperature", "nan"), ("--fresh", "x"),
    ("--seed", "x"), ("--dtype", "float17"), ("--model", "nobody"),
    ("--out", "x" * 300), ("--max-calls", "-1"),
    ("--prices", "nowhere.yaml"),
)  # fmt: skip
FIGURES = {
    "torn": '{"a": ',
    "empty": "",
    "a list": "[]",
    "an object": "{}",
    "NaN": "NaN",
    "binary": bytes(range(256)),
    "a number": "3",
}


def board(**changes):
    """What a benchmark printed, with something else in it."""
    return json.dumps({"models": [], **changes})


def printed(change):
    """Changes what the benchmark printed."""

    def edit(folder):
        file = folder / "printed.json"
        file.write_text(change(file.read_text()))

    return edit


def inputs():
    for value in SETS:
        yield Bad(f"study --set {value}", (*STUDY, "--set", value), apart="1000000000" in value)
    for arguments in STUDIES:
        yield Bad(f"{' '.join(arguments)[-48:]}", arguments, {"mine.txt": "all my work"})
    for what, text in OWN.items():
        yield Bad(f"a study's own file: {what}", ("study", "s.py:STUDY", "--model", "fake/uniform"),
                  {"s.py": text}, apart="leaves" in what)  # fmt: skip
    for more in BENCHES:
        yield Bad(f"bench matrix {' '.join(more)[:40]}", (*BENCH, *more), apart="1000000" in more)
    for arguments in (("bench",), ("bench", "nosuch"), ("bench", "dataset"), ("bench", "board")):
        yield Bad(" ".join(arguments), arguments)
    yield Bad("bench dataset into a file", ("bench", "dataset", "f.txt"), {"f.txt": "mine"})
    yield Bad("bench dataset where something is", ("bench", "dataset", "d"), {"d/x.txt": "mine"})
    yield Bad("bench dataset of 300 letters", ("bench", "dataset", "x" * 300))
    for what, text in {
        **FIGURES,
        "no models": board(),
        "models a word": board(models="x"),
        "a model without numbers": board(models=[{"model": "x"}]),
    }.items():
        yield Bad(f"bench board: {what}", ("bench", "board", "b.json"), {"b.json": text})
    yield Bad("bench board: no file", ("bench", "board", "nowhere.json"))
    yield Bad("bench board: a folder", ("bench", "board", "d"), {"d/x.txt": "mine"})
    yield Bad("bench board: one file twice", ("bench", "board", "printed.json", "printed.json"),
              base="bench")  # fmt: skip
    for what, change in {
        "cut off": lambda text: text[: len(text) // 2],
        "NaN for a number": lambda text: text.replace("0.0", "NaN"),
    }.items():
        yield Bad(f"bench board: {what}", ("bench", "board", "printed.json"), base="bench",
                  edit=printed(change))  # fmt: skip
    for what, content in FIGURES.items():
        for name in ("nash-distance", "cross-play"):
            yield Bad(f"figure of data that is {what}: {name}",
                      ("figure", "r", name, "--out", "x.svg"),
                      base="study", edit=put(f"figures/{name}.json", content))  # fmt: skip
    for arguments in (
        ("figure",),
        ("figure", "nowhere"),
        ("figure", "r", "nosuch", "--out", "x.svg"),
        ("figure", "r", "../results", "--out", "x.svg"),
        ("figure", "r", "", "--out", "x.svg"),
        ("figure", "r", "cross-play", "--out", "x.gif"),
        ("figure", "r", "cross-play", "--out", "x"),
        ("figure", "r", "cross-play", "--out", "nowhere/x.svg"),
        ("figure", "r", "cross-play", "--out", "mine.svg"),
        ("figure", "r", "cross-play", "--out", "x" * 300 + ".svg"),
        ("figure", "r", "cross-play", "--out", "d.svg"),
        ("figure", "r", "cross-play", "--nosuch"),
    ):
        yield Bad(" ".join(arguments)[:60], arguments, {"mine.svg": "mine", "d.svg/x": "mine"},
                  base="study")  # fmt: skip
    for arguments in (
        ("export",),
        ("export", "nowhere"),
        ("export", "mine.txt"),
        ("export", "d"),
        ("export", "r", "--to", "xls"),
        ("export", "r", "--to", ""),
        ("export", "r", "--to", "CSV"),
        ("export", "r", "--out", "mine.txt"),
        ("export", "r", "--to", "csv", "--out", "d"),
        ("export", "r", "--out", "x" * 300),
        ("export", "r", "--nosuch"),
        ("report",),
        ("report", "nowhere"),
        ("report", "mine.txt"),
        ("report", "d"),
        ("report", ""),
        ("report", "x" * 300),
        ("report", "r", "--nosuch"),
        ("view",),
        ("view", "nowhere"),
        ("view", "mine.txt"),
        ("view", "d"),
        ("view", "gpt-9"),
        ("view", "organism/nsh"),
        ("view", "tit-for-tat"),
        ("view", "fake/uniform"),
        ("view", "r", "--port", "99999", "--no-browser"),
        ("view", "r", "--port", "-1", "--no-browser"),
        ("view", "r", "--port", "x", "--no-browser"),
        ("nosuch",),
        ("plya",),
        ("--nosuch",),
    ):
        yield Bad(" ".join(arguments)[:60], arguments,
                  {"mine.txt": "mine", "d/decisions.csv": "mine"}, base="tournament",
                  apart="view" in arguments)  # fmt: skip
