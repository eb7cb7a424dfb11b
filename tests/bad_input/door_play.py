"""Agents, framings, conditions: what is played, and by whom."""

from tests.bad_input import Bad

PD = "prisoners-dilemma"
RULE = "from nashscope.agents import Strategy\nAGENT = Strategy('mine', {rule}, 'source')\n"
RULES = {
    "no function": "3",
    "None": "None",
    "three numbers": "lambda view: [0.2, 0.3, 0.5]",
    "one number": "lambda view: [1.0]",
    "gives None": "lambda view: None",
    "gives a word": "lambda view: 'cooperate'",
    "gives an index": "lambda view: 0",
    "gives an empty list": "lambda view: []",
    "sums to a fifth": "lambda view: [0.1, 0.1]",
    "negative": "lambda view: [1.5, -0.5]",
    "nan": "lambda view: [float('nan'), 1.0]",
    "infinite": "lambda view: [float('inf'), 0.0]",
    "complex": "lambda view: [1j, 1 - 1j]",
    "words in a list": "lambda view: ['a', 'b']",
    "nested": "lambda view: [[0.5, 0.5]]",
    "raises": "lambda view: 1 / 0",
    "looks back in round 1": "lambda view: [1.0, 0.0] if view.history[-1] else [0.0, 1.0]",
    "takes nothing": "lambda: [0.5, 0.5]",
    "takes two": "lambda view, other: [0.5, 0.5]",
    "leaves": "lambda view: __import__('sys').exit(7)",
}
DECIDES = """from nashscope.agents import Decision
class Mine:
    name = 'mine'
    def decide(self, questions):
        {body}
AGENT = Mine()
"""
DECIDE = {
    "action -1": "return [Decision(-1) for _ in questions]",
    "action 7": "return [Decision(7) for _ in questions]",
    "action 1.5": "return [Decision(1.5) for _ in questions]",
    "a word for an action": "return [Decision('cooperate') for _ in questions]",
    "no decision": "return []",
    "one too many": "return [Decision(0) for _ in [*questions, 1]]",
    "None": "return None",
    "numbers": "return [0 for _ in questions]",
    "raises": "raise RuntimeError('no')",
    "a policy that sums to 10": "return [Decision(0, policy=(5.0, 5.0)) for _ in questions]",
    "a policy of one": "return [Decision(0, policy=(1.0,)) for _ in questions]",
    "a policy of nan": "return [Decision(0, policy=(float('nan'), 1.0)) for _ in questions]",
}
FILES = {
    "a class": "class AGENT:\n    name = 'x'\n    def decide(self, q):\n        return []\n",
    "without a name": "class A:\n    def decide(self, q):\n        return []\nAGENT = A()\n",
    "without decide": "class A:\n    name = 'x'\nAGENT = A()\n",
    "a name that is a number": DECIDES.replace("'mine'", "3").format(body="return []"),
    "wrong arguments of decide": DECIDES.replace("(self, questions)", "(self)").format(
        body="return []"
    ),
    "a number": "AGENT = 3\n",
    "None": "AGENT = None\n",
    "no such object": "OTHER = 3\n",
    "wrong syntax": "AGENT = (\n",
    "a missing module": "import nosuchmodule\n",
    "raises when read": "raise RuntimeError('no')\n",
    "leaves when read": "import sys\nsys.exit(7)\n",
}
STYLE = """from nashscope.framing import PlainStyle
import dataclasses
class Mine(PlainStyle):
    pass
class Broken:
    name = 'mine'
    def __init__(self, inner):
        self.inner = inner
    def __getattr__(self, name):
        return getattr(self.inner, name)
    {body}
class Style(PlainStyle):
    def draw(self, *a, **k):
        return Broken(super().draw(*a, **k))
STYLE = Style()
"""
FRAMINGS = {
    "renders None": STYLE.format(body="def render(self, *a, **k): return None"),
    "renders nothing": STYLE.format(body="def render(self, *a, **k): return ''"),
    "renders a number": STYLE.format(body="def render(self, *a, **k): return 7"),
    "renders raises": STYLE.format(body="def render(self, *a, **k): raise ValueError('no')"),
    "one text for all": STYLE.format(body="def render(self, *a, **k): return 'Choose J or F.'"),
    "parses 99": STYLE.format(body="def parse(self, *a, **k): return 99"),
    "parses another action": STYLE.format(
        body="def parse(self, *a, **k):\n        found = self.inner.parse(*a, **k)\n"
        "        return 1 - found if isinstance(found, int) else found"
    ),
    "parses raises": STYLE.format(body="def parse(self, *a, **k): raise ValueError('no')"),
    "labels are one": STYLE.format(body="def labels(self, *a, **k): return ('J', 'J')"),
    "labels are empty": STYLE.format(body="def labels(self, *a, **k): return ()"),
    "labels are numbers": STYLE.format(body="def labels(self, *a, **k): return (1, 2)"),
    "labels None": STYLE.format(body="def labels(self, *a, **k): return None"),
    "draws None": "from nashscope.framing import PlainStyle\n"
    "class S(PlainStyle):\n    def draw(self, *a, **k): return None\nSTYLE = S()\n",
    "draws a word": "from nashscope.framing import PlainStyle\n"
    "class S(PlainStyle):\n    def draw(self, *a, **k): return 'x'\nSTYLE = S()\n",
    "draws raises": "from nashscope.framing import PlainStyle\n"
    "class S(PlainStyle):\n    def draw(self, *a, **k): raise ValueError('no')\nSTYLE = S()\n",
    "draws of nothing": "from nashscope.framing import PlainStyle\n"
    "class S(PlainStyle):\n    def draw(self): return 1\nSTYLE = S()\n",
    "a number": "STYLE = 3\n",
    "None": "STYLE = None\n",
    "no such object": "OTHER = 3\n",
    "wrong syntax": "STYLE = (\n",
    "a missing module": "import nosuchmodule\n",
    "a class": "from nashscope.framing import PlainStyle as STYLE\n",
}
CONDITIONS = {
    "--rounds": ("0", "-1", "ten", "1.5", "", "nan", "1e3", "100000000", "9" * 21),
    "--matches": ("0", "-1", "x", "1.5", "nan", "100000000", "9" * 21),
    "--memory": ("-1", "x", "1.5"),
    "--tremble": ("-0.1", "1.1", "nan", "inf", "x"),
    "--goes-on": ("-0.1", "1.1", "nan", "x"),
    "--talk": ("-1", "x", "1.5", "1000000"),
    "--mechanism": ("x", "contract", "contract:", "contract:x", "contract:-1", "contract:nan",
                    "contract:0", "contract:inf", "mediation:1", "Mediation"),
    "--framing": ("plane", "", "nowhere.py:STYLE", "plain:x", "plain:x=1"),
    "--mode": ("dream", "", "Direct", "cot,direct"),
    "--seed": ("x", "1.5", ""),
    "--samples": ("0", "-1", "x"),
    "--max-calls": ("-1", "x"),
    "--max-cost": ("-1", "nan", "x"),
}  # fmt: skip
LARGE = ("100000000", "9" * 21, "1000000")
NAMES = (
    "tit-for-tatt", "", " ", "hf/", "hf/nowhere", "hf/./nowhere", "organism/",
    "organism/nsh", "fake/", "fake/loud", "openai-api/", "openai-api/x", "openai-api//m",
    "axelrod:", "axelrod:no-such-strategy", "memory-one", "memory-one:", "memory-one:1,2",
    "memory-one:0.5,0.5,0.5,2", "memory-one:nan,0,0,0", "memory-one:a,b,c,d",
    "memory-one:-1,0,0,0", "memory-one:1,1,1,1,1,1,1", "nowhere.py:AGENT", "a.py", "a.py:",
    ":AGENT", "gpt-9", "random:x", "random:x=1", "tit-for-tat:x=1", "dominance:", "predict:",
    "dominance:tit-for-tat", "zd-extortion:x", "human:x", "../a", "best-response:", "\x00",
)  # fmt: skip


def doors(agent):
    """The commands that an agent can be named in."""
    return {
        "play": ("play", PD, agent, "random", "--rounds", "3"),
        "tournament": ("tournament", agent, "random", "--rounds", "3", "--matches", "1"),
        "fingerprint": ("fingerprint", agent, "--rounds", "3", "--matches", "2"),
        "invariance": ("invariance", "--model", agent, "--draws", "2"),
    }


def inputs():
    for what, rule in RULES.items():
        for door in ("play", "tournament", "fingerprint"):
            yield Bad(
                f"an agent's own rule: {what}, {door}",
                doors("a.py:AGENT")[door],
                {"a.py": RULE.format(rule=rule)},
                apart="leaves" in what,
            )
    for what, body in DECIDE.items():
        for door in ("play", "tournament"):
            yield Bad(
                f"an agent's own decide: {what}, {door}",
                doors("a.py:AGENT")[door],
                {"a.py": DECIDES.format(body=body)},
            )
    for what, text in FILES.items():
        for door in ("play", "tournament", "fingerprint", "invariance"):
            yield Bad(
                f"an agent's own file: {what}, {door}",
                doors("a.py:AGENT")[door],
                {"a.py": text},
                apart="leaves" in what,
            )
    for what, text in FRAMINGS.items():
        told = ("--framing", "f.py:STYLE", "--rounds", "2", "--matches", "2")
        yield Bad(
            f"a framing of one's own: {what}, play",
            ("play", PD, "fake/uniform", "random", *told),
            {"f.py": text},
        )
        yield Bad(
            f"a framing of one's own: {what}, tournament",
            ("tournament", "fake/uniform", "random", *told),
            {"f.py": text},
        )
    for option, values in CONDITIONS.items():
        for value in values:
            yield Bad(
                f"play {option}={value[:12]}",
                ("play", PD, "random", "tit-for-tat", f"{option}={value}"),
                apart=value in LARGE,
            )
            if option in ("--samples",):
                continue
            yield Bad(
                f"tournament {option}={value[:12]}",
                ("tournament", "random", "tit-for-tat", f"{option}={value}"),
                apart=value in LARGE,
            )
    for name in NAMES:
        for door in ("play", "tournament", "fingerprint"):
            arguments = doors("NAME")[door]
            told = tuple(name if word == "NAME" else word for word in arguments)
            yield Bad(f"an agent called {name[:24]!r}, {door}", told)
    for agents in ((), ("random",), ("random",) * 3):
        yield Bad(f"{len(agents)} agents in a game of two", ("play", PD, *agents))
    yield Bad("two agents in a game of more", ("play", "public-goods", "random", "random"))
    yield Bad("a game of more in a tournament",
              ("tournament", "random", "tit-for-tat", "--game", "public-goods"))  # fmt: skip
    yield Bad("an agent named twice", ("tournament", "random", "random"))
    yield Bad("an agent alone", ("tournament", "random"))
    seasons = ("tournament", "random", "tit-for-tat", "--rounds", "2")
    for more in (
        ("--seasons", "0"),
        ("--seasons", "-1"),
        ("--seasons", "x"),
        ("--seasons", "2", "--matches", "3"),
        ("--choose",),
        ("--tolerance", "1"),
        ("--reputation",),
        ("--seasons", "2", "--tolerance", "1"),
        ("--seasons", "2", "--choose", "--tolerance", "nan"),
        ("--seasons", "2", "--choose", "--tolerance", "x"),
    ):
        yield Bad(f"seasons: {' '.join(more)}", (*seasons, *more))
    for more in (
        ("--rounds", "0"),
        ("--matches", "0"),
        ("--memory", "-1"),
        ("--opponent", "nobody"),
        ("--opponent", ""),
        ("--game", "public-goods"),
        ("--game", "nowhere.nfg"),
        ("--framing", "plane"),
        ("--samples", "0"),
    ):
        yield Bad(f"fingerprint {' '.join(more)}", ("fingerprint", "tit-for-tat", *more))
    for more in (
        ("--draws", "0"),
        ("--draws", "-1"),
        ("--draws", "x"),
        ("--draws", "100000000"),
        ("--samples", "0"),
        ("--mode", "dream"),
        ("--game", "nowhere"),
    ):
        yield Bad(
            f"invariance {' '.join(more)}", ("invariance", "--model", "random", *more),
            apart="100000000" in more,
        )  # fmt: skip
    yield Bad("no model", ("invariance",))
    long = "x" * 300
    yield Bad("--out of 300 letters", ("tournament", "random", "tit-for-tat", "--out", long))
    yield Bad("--out is a file", ("tournament", "random", "tit-for-tat", "--out", "mine.txt"),
              {"mine.txt": "all my work"})  # fmt: skip
    yield Bad("--out holds something", ("tournament", "random", "tit-for-tat", "--out", "mine"),
              {"mine/thesis.tex": "all my work"})  # fmt: skip
