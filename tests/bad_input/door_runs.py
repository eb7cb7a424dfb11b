"""Run folders that somebody edited, cut off or mixed up."""

import json

from tests.bad_input import Bad
from tests.bad_input.bases import BENCH, PLAN, RUN, STUDY, TOURNAMENT


def put(name, content):
    """Writes a file of the run anew."""

    def edit(folder):
        file = folder / "r" / name
        assert file.exists(), file
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    return edit


def gone(name):
    """Takes a file of the run away."""
    return lambda folder: (folder / "r" / name).unlink()


def torn(name):
    """Cuts a file of the run in the middle of a value."""

    def edit(folder):
        file = folder / "r" / name
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2])

    return edit


def event(**changes):
    """Changes the second decision of a run: `decision__action=3` is the action of its decision."""

    def edit(folder):
        file = transcripts(folder)[0]
        lines = file.read_text().splitlines()
        found = json.loads(lines[1])
        for path, value in changes.items():
            inner = found
            *way, last = path.split("__")
            for step in way:
                inner = inner[step]
            if value is ...:
                inner.pop(last, None)
            else:
                inner[last] = value
        lines[1] = json.dumps(found)
        file.write_text("\n".join(lines) + "\n")

    return edit


def transcripts(folder):
    """The files of decisions of a run."""
    return sorted((folder / "r").glob("transcripts.jsonl")) or sorted(
        (folder / "r").glob("transcripts/*.jsonl")
    )


def lines(change):
    """Changes the lines of a run's decisions."""

    def edit(folder):
        file = transcripts(folder)[0]
        file.write_text("".join(change(file.read_text().splitlines(True))))

    return edit


def cells(**changes):
    """Changes the first cell of a run."""

    def edit(folder):
        file = folder / "r" / "cells.json"
        found = json.loads(file.read_text())
        entries = found["cells"]
        first = next(iter(entries))
        entries[first] = {
            name: value for name, value in (entries[first] | changes).items() if value is not ...
        }
        file.write_text(json.dumps(found))

    return edit


def payoffs(change):
    """Changes the game that was played."""

    def edit(folder):
        file = folder / "r" / "cells.json"
        found = json.loads(file.read_text())
        change(next(iter(found["games"].values())))
        file.write_text(json.dumps(found))

    return edit


def manifest(**changes):
    """Changes the manifest of a run."""

    def edit(folder):
        file = folder / "r" / "manifest.json"
        found = json.loads(file.read_text()) | changes
        file.write_text(json.dumps({k: v for k, v in found.items() if v is not ...}))

    return edit


def setting(old, new):
    """Changes the settings of a run."""

    def edit(folder):
        file = folder / "r" / "config.yaml"
        text = file.read_text()
        assert old in text, text
        file.write_text(text.replace(old, new, 1))

    return edit


def results(change):
    """Changes the first result of a run."""

    def edit(folder):
        file = folder / "r" / "results.json"
        found = json.loads(file.read_text())
        file.write_text(json.dumps(change(found)))

    return edit


def first(found, **changes):
    """The records with the first one changed."""
    rows = found if isinstance(found, list) else next(iter(found.values()))
    rows[0] |= changes
    return found


GARBAGE = {
    "empty": "",
    "a list": "[]",
    "a number": "3",
    "null": "null",
    "a word": "hello",
    "not UTF-8": b"\xff\xfe\x00h",
    "torn": '{"a": ',
    "NaN": "NaN",
}
EVENTS = {
    "action 99": event(decision__action=99),
    "action -1": event(decision__action=-1),
    "action 1.5": event(decision__action=1.5),
    "an action in words": event(decision__action="cooperate"),
    "an outcome that is none": event(decision__outcome="guessed"),
    "a policy of one": event(decision__policy=[1.0]),
    "a policy that sums to 10": event(decision__policy=[5.0, 5.0]),
    "a negative policy": event(decision__policy=[1.5, -0.5]),
    "a policy of nan": event(decision__policy=[float("nan"), 1.0]),
    "a policy in words": event(decision__policy="all"),
    "player 9": event(player=9),
    "player -1": event(player=-1),
    "match 99": event(match=99),
    "match -1": event(match=-1),
    "round 99": event(round=99),
    "round -5": event(round=-5),
    "an unknown agent": event(agent="nobody"),
    "an unknown cell": event(cell="0123456789abcdef"),
    "one label": event(labels=["J"]),
    "labels that are one": event(labels=["J", "J"]),
    "labels that are a number": event(labels=3),
    "an unknown field": event(more=1),
    "no decision": event(decision=...),
    "no cell": event(cell=...),
    "a mass of 7": event(decision__mass=7.0),
}
LINES = {
    "a decision twice": lambda found: [*found, found[0]],
    "a decision in the middle left out": lambda found: [*found[:2], *found[3:]],
    "the first left out": lambda found: found[1:],
    "a line torn in the middle": lambda found: [found[0], found[1][:30] + "\n", *found[2:]],
    "a line that is none": lambda found: [found[0], "hello\n", *found[1:]],
    "a list for a line": lambda found: [found[0], "[1, 2]\n", *found[1:]],
    "bytes": lambda found: [found[0], "\x00\x00\n", *found[1:]],
}
CELLS = {
    "another game": cells(game="chicken"),
    "another number of rounds": cells(rounds=7),
    "other agents": cells(agents=["random", "random"]),
    "an unknown game": cells(game="chess"),
    "an unknown field": cells(more=1),
    "rounds in words": cells(rounds="two"),
    "rounds -1": cells(rounds=-1),
    "no game": cells(game=...),
    "three agents": cells(agents=["random"] * 3),
    "an unknown framing": cells(framing="plane"),
    "a game's file": cells(game="boom.py:GAME"),
    "another stage": cells(stage="0123456789abcdef"),
    "more matches": cells(matches=99),
    "other payoffs": payoffs(lambda game: game["payoffs"][0][0].reverse()),
    "payoffs in words": payoffs(lambda game: game.update(payoffs="many")),
    "no payoffs": payoffs(lambda game: game.pop("payoffs")),
    "other actions": payoffs(lambda game: game.update(actions=[["a", "b"], ["c", "d"]])),
    "one action": payoffs(lambda game: game.update(actions=[["a"], ["c"]])),
}
MANIFEST = {
    "schema 99": manifest(schema=99),
    "schema 'x'": manifest(schema="x"),
    "no schema": manifest(schema=...),
    "schema 0": manifest(schema=0),
}
RESULTS = {
    "a value in words": results(lambda found: first(found, value="many")),
    "no records": results(lambda found: [3]),
    "a value list": results(lambda found: first(found, value=[1, 2])),
}
READERS = {"report": ("report", "r"), "export": ("export", "r")}


def read(base, again, files):
    """The commands that read a run, and the one that goes on with it."""
    yield "report", ("report", "r"), files
    yield "export", ("export", "r"), files
    if base != "study":
        yield "going on", (*again, "--out", "r"), files


def inputs():
    again = {"tournament": (TOURNAMENT, {}), "run": (RUN, {"plan.yaml": PLAN})}
    for base, (command, files) in again.items():
        for kind, edits in (
            ("decisions", EVENTS),
            ("lines", {what: lines(change) for what, change in LINES.items()}),
            ("cells.json", CELLS),
            ("manifest.json", MANIFEST),
        ):
            for number, (what, edit) in enumerate(edits.items()):
                for door, arguments, more in read(base, command, files):
                    if base == "run" and (number % 3 or door == "going on"):
                        continue  # the same readers; a part is enough
                    yield Bad(f"{kind} of a {base}: {what}, {door}", arguments, more,
                              base=base, edit=edit)  # fmt: skip
    for name in ("config.yaml", "cells.json", "manifest.json"):
        for what, content in GARBAGE.items():
            for door, arguments, more in read("tournament", *again["tournament"]):
                yield Bad(f"{name}: {what}, {door}", arguments, more, base="tournament",
                          edit=put(name, content))  # fmt: skip
        for door, arguments in READERS.items():
            yield Bad(f"{name}: gone, {door}", arguments, base="tournament", edit=gone(name))
            yield Bad(f"{name}: torn, {door}", arguments, base="tournament", edit=torn(name))
    for what, content in GARBAGE.items():
        yield Bad(f"results.json: {what}, export", ("export", "r"), base="tournament",
                  edit=put("results.json", content))  # fmt: skip
    yield Bad("results.json: gone, export", ("export", "r"), base="tournament",
              edit=gone("results.json"))  # fmt: skip
    for what, edit in RESULTS.items():
        yield Bad(f"results.json: {what}, export", ("export", "r"), base="tournament", edit=edit)
    for what, edit in {
        "another command's": setting("tournament:", "import:"),
        "other rounds": setting("rounds: 2", "rounds: 3"),
        "an unknown study": setting("tournament:", "study: nosuch\ntournament:"),
        "a study's file": setting("tournament:", "study: boom.py:STUDY\ntournament:"),
    }.items():
        yield Bad(f"config.yaml: {what}, going on", (*TOURNAMENT, "--out", "r"),
                  {"boom.py": "open('boom', 'w')\n"}, base="tournament", edit=edit)  # fmt: skip
    for more in (("--rounds", "3"), ("--seed", "1"), ("--matches", "1"), ("--framing", "bare")):
        yield Bad(f"another tournament into a run's folder: {' '.join(more)}",
                  (*TOURNAMENT, *more, "--out", "r"), base="tournament")  # fmt: skip
    yield Bad("a plan into a tournament's folder", (*RUN, "--out", "r"), {"plan.yaml": PLAN},
              base="tournament")  # fmt: skip
    yield Bad("a tournament into a study's folder", (*TOURNAMENT, "--out", "r"), base="study")
    yield Bad("another study into its folder", (*STUDY, "--seed", "1", "--out", "r"), base="study")
    yield Bad("a benchmark into a tournament's folder", (*BENCH, "--out", "r"), base="tournament")
    yield Bad("the other study's name", ("report", "r"), base="study",
              edit=setting("study: nash-suppression", "study: equilibrium-residuals"))  # fmt: skip
    yield Bad("a study that is not", ("report", "r"), base="study",
              edit=setting("study: nash-suppression", "study: nosuch"))  # fmt: skip
    yield Bad("a study's file", ("report", "r"), {"boom.py": "open('boom', 'w')\n"}, base="study",
              edit=setting("study: nash-suppression", "study: boom.py:STUDY"))  # fmt: skip
    for what in ("a line torn in the middle", "a line that is none", "a list for a line"):
        yield Bad(f"transcripts of a study: {what}", ("report", "r"), base="study",
                  edit=lines(LINES[what]))  # fmt: skip
    for name in ("config.yaml", "manifest.json"):
        for what in ("torn", "a list", "empty"):
            yield Bad(f"{name} of a study: {what}", ("report", "r"), base="study",
                      edit=put(name, GARBAGE[what]))  # fmt: skip
    for what in ("torn", "a number", "empty"):
        yield Bad(f"results/behaviour.json of a study: {what}", (*STUDY, "--out", "r"),
                  base="study", edit=put("results/behaviour.json", GARBAGE[what]))  # fmt: skip
