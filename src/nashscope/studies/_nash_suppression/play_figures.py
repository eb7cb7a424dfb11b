"""The figures and tables of what the models did; drawn from the records alone."""

from collections.abc import Sequence
from typing import Any

from nashscope.report import Figure, Panel, Table, curve, flat, matrix, number, pick, with_interval
from nashscope.studies._nash_suppression.lookup import DILEMMA, Row, game_title

__all__ = ["play_blocks"]


def play_blocks(results: Sequence[Row]) -> list[Any]:
    """Nash distance over the rounds, the cross-play tables, and every cell's numbers."""
    by_round = [
        row
        for row in flat(pick(results, "behaviour by round", "nash distance"))
        if "steered" not in row["pair"]
    ]
    whole = [
        row
        for row in flat(pick(results, "behaviour", "cooperation rate"))
        if row.get("player") == 0 and row["value"] is not None and "steered" not in row["pair"]
    ]
    blocks: list[Any] = []
    if by_round:
        blocks.append(_nash_distance(by_round))
    if whole:
        blocks.append(_cross_play(whole))
    blocks += [_course(results), _ends(results), _alone(results), _numbers(results)]
    return [block for block in blocks if block is not None]


def _nash_distance(rows: Sequence[Row]) -> Figure:
    """Nash distance over the rounds, a panel per game and condition."""
    pairs = list(dict.fromkeys(row["pair"] for row in rows))
    panels = [
        Panel(
            title,
            curve(
                own,
                x="round",
                x_title="round",
                y_title="Nash distance",
                series="pair",
                order=pairs,
            ),
            choice,
        )
        for title, choice, own in _by_condition(rows)
    ]
    return Figure(
        "nash-distance",
        "How far play is from equilibrium, round by round",
        "Total variation from both players' policies to the nearest equilibrium of the stage game, "
        "that of the worse player; mean over matches with its 95 % interval. 0 is equilibrium "
        "play. Repeated games have more equilibria than their stage game: a distance of 1 in the "
        "prisoner's dilemma can be one of them.",
        panels,
        rows,
        pairs,
    )


def _cross_play(rows: Sequence[Row]) -> Figure:
    """Who cooperates with whom, a panel per game and condition."""
    players = list(dict.fromkeys(row["first"] for row in rows))
    panels = [
        Panel(
            title,
            matrix(
                own,
                x="second",
                y="first",
                x_title="against",
                y_title="player",
                value_title="cooperation",
                order=players,
            ),
            choice,
        )
        for title, choice, own in _by_condition(rows)
    ]
    return Figure(
        "cross-play",
        "Who cooperates with whom",
        "Share of cooperative actions of the row's player against the column's. Cooperation is "
        "one's part in the best outcome for all together; matching pennies and the battle of the "
        "sexes have none.",
        panels,
        rows,
    )


def _course(results: Sequence[Row]) -> Table | None:
    """How matches of the repeated dilemma go: who leaves cooperation, who follows, who returns."""
    lines: dict[tuple[str, str], dict[tuple[str, int | None], Row]] = {}
    for row in pick(results, "behaviour", game=DILEMMA):
        given = row["condition"]
        if given["rounds"] > 1 and "steered" not in given["pair"]:
            found = lines.setdefault((given["pair"], _told(given)), {})
            found[row["metric"], given.get("player")] = row
    if not lines:
        return None
    several = len({condition for _, condition in lines}) > 1
    wanted = (
        ("mutual cooperation persists", None),
        ("recovery of cooperation", None),
        ("defects first", 0),
        ("round of first defection", 0),
        ("follows a defection after", 1),
    )
    rows = [
        [pair, *([condition] if several else []), *(with_interval(found.get(w)) for w in wanted)]
        for (pair, condition), found in lines.items()
    ]
    return Table(
        [
            "Pair",
            *(["Condition"] if several else []),
            "Cooperation lasts",
            "Recovers",
            "First leaves it",
            "In round",
            "Second follows after",
        ],
        rows,
        title="How repeated prisoner's dilemmas go",
        notes=COURSE,
        folded=several,
        stacks=True,
    )


def _ends(results: Sequence[Row]) -> Table | None:
    """Which equilibrium of the stage game matches end in."""
    rows = [
        [
            game_title(given["game"]),
            given["pair"],
            _told(given),
            given["equilibrium"],
            with_interval(row),
        ]
        for row in pick(results, "behaviour", "settles on this equilibrium")
        for given in [row["condition"]]
        if "steered" not in given["pair"]
    ]
    if not rows:
        return None
    return Table(
        ["Game", "Pair", "Condition", "Equilibrium", "Matches that settle on it"],
        rows,
        title="Where matches end",
        notes="Share of matches whose last rounds all are this pure equilibrium of the stage game. "
        "In sequential rounds the first player named moves first.",
        folded=True,
        stacks=True,
    )


def _told(given: Row) -> str:
    """A cell's condition in words."""
    return f"{given['rounds']} {given['order']}, {given['framing']}, {given['mode']}"


COURSE = (
    "Lasts: how often mutual cooperation is followed by itself. Recovers: how often it is back "
    "within three rounds of a single defection. First leaves it: share of the matches with a "
    "defection in which the pair's first player defects before the other; in round: that of its "
    "first defection. Second follows after: rounds from there to the other's first. A dash: it "
    "never came up."
)
STATES = ("at first", "after CC", "after CD", "after DC", "after DD")


def _alone(results: Sequence[Row]) -> Table | None:
    """What each model does after every outcome of a round, and how far it can be exploited."""
    models = list(dict.fromkeys(r["condition"]["model"] for r in pick(results, "fingerprint")))
    if not models:
        return None
    rows = []
    for model in models:
        own = {row["metric"]: row for row in pick(results, "fingerprint", model=model)}
        best = {row["metric"]: row for row in pick(results, "exploitability", model=model)}
        like = own.get("largest difference")
        near = "–" if like is None else f"{like['condition']['nearest']} ({number(like['value'])})"
        rows.append(
            [
                model,
                *(with_interval(own.get(f"cooperation {state}")) for state in STATES),
                near,
                with_interval(best.get("best response earns")),
                with_interval(best.get("agent keeps")),
                with_interval(best.get("gain over self-play")),
            ]
        )
    return Table(
        [
            "Model",
            *(state[0].upper() + state[1:] for state in STATES),
            "Nearest strategy (apart)",
            "A best response earns",
            "and leaves it",
            "Gain over its like",
        ],
        rows,
        title="What each model does after every outcome, and how far it can be exploited",
        notes="Probability of cooperation in the repeated prisoner's dilemma after one made-up "
        "round, its own move named first. Best responses are exact, over every history of the last "
        "round in 10 rounds; points per round. Intervals are over tellings.",
        stacks=True,
    )


def _by_condition(rows: Sequence[Row]) -> list[tuple[str, dict[str, str], list[Row]]]:
    """The rows of every game and condition, with a title and what a reader can choose them by."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        length = "one-shot" if row["rounds"] == 1 else f"{row['rounds']} rounds"
        key = (length, row["order"], row["framing"], row["mode"], game_title(row["game"]))
        found.setdefault(key, []).append(row)
    names = ("rounds", "order", "labels", "mode", "game")
    several = len({key[:-1] for key in found}) > 1
    return [
        (
            f"{key[-1]} ({', '.join(key[:-1])})" if several else key[-1],
            dict(zip(names[:-1], key[:-1], strict=True)),
            own,
        )
        for key, own in found.items()
    ]


def _numbers(results: Sequence[Row]) -> Table:
    """One line per cell."""
    wanted = (
        "nash distance",
        "empirical nash distance",
        "cooperation rate",
        "welfare minus best",
        "unparsed rate",
    )
    lines: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in pick(results, "behaviour"):
        given = row["condition"]
        if "player" in given:
            continue
        key = (
            game_title(given["game"]),
            given["pair"],
            _told(given),
        )
        lines.setdefault(key, {})[row["metric"]] = row
    rows = [
        [*key, *(with_interval(found.get(metric)) for metric in wanted)]
        for key, found in lines.items()
    ]
    return Table(
        ["Game", "Pair", "Rounds and condition", *(name.capitalize() for name in wanted)],
        rows,
        title="Every cell",
        folded=True,
        notes="Welfare in points per round. A dash: nothing was measured, or it is not defined.",
    )
