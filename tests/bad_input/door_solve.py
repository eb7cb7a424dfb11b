"""Games that are none: typed, in files, and in Python files."""

from tests.bad_input import Bad

NFG = 'NFG 1 R "g" { "A" "B" } { 2 2 } 3 3 0 5 5 0 1 1'
NAMED = 'NFG 1 R "g" { "A" "B" } { { "c" "d" } { "c" "d" } } "" { { "" 3, 3 } { "" 1, 1 } } 1 2 2 1'
EFG = """EFG 2 R "g" { "A" "B" }
p "" 1 1 "" { "l" "r" } 0
c "" 2 "" { "h" 1/2 "t" 1/2 } 0
t "" 1 "" { 1, 2 }
t "" 2 "" { 3, 4 }
p "" 2 1 "" { "u" "d" } 0
t "" 3 "" { 0, 1 }
t "" 4 "" { 5, 0 }
"""
TYPED = (
    "",
    " ",
    ";",
    ",",
    "3,3 0,5; 5,0",
    "3,3 0,5; 5,0 1,x",
    "3,3 0,5; 5,0 1",
    "3,3 0,5; 5,0 1,1,1",
    "nan,1 1,1; 1,1 1,1",
    "inf,1 1,1; 1,1 1,1",
    "1e999,0 0,0; 0,0 0,0",
    "1/0,1 1,1; 1,1 1,1",
    "1//2,1 1,1; 1,1 1,1",
    "1 2; 3",
    "1 2; 3 ü",
    "[[1, 2], [3]]",
    "[[1, NaN], [0, 1]]",
    '[["a", 1], [0, 1]]',
    "[[[1,2],[3,4]],[[1,2],[3]]]",
    "[1, 2]",
    "[[1, 2], [3, 4]",
    "{}",
    "[]",
    "[[]]",
    "None",
    "chickn",
    "../chicken",
    "chicken.nfg",
    "nowhere.efg",
    "nowhere.py:GAME",
    "chicken:",
    "chicken:nosuch=1",
    "chicken:=1",
    "chicken:a",
    "ordinal-13-1",
    "ordinal-0-1",
    "ordinal-x-y",
    "public-goods:players=-1",
    "public-goods:players=x",
    "travellers-dilemma:=",
    "\x00",
    "ü",
    "\n",
)
EFG_FAULTS = (
    ("an outcome twice with other payoffs", 't "" 4 "" { 5, 0 }', 't "" 1 "" { 5, 0 }'),
    ("outcome 0 with payoffs", 't "" 4 "" { 5, 0 }', 't "" 0 "" { 5, 0 }'),
    ("a payoff too few", "{ 5, 0 }", "{ 5 }"),
    ("a payoff too many", "{ 5, 0 }", "{ 5, 0, 1 }"),
    ("a payoff that is nan", "{ 5, 0 }", "{ nan, 0 }"),
    ("a payoff that is infinite", "{ 5, 0 }", "{ inf, 0 }"),
    ("a payoff over nothing", "{ 5, 0 }", "{ 1/0, 0 }"),
    ("a payoff in words", "{ 5, 0 }", "{ five, 0 }"),
    ("chances that sum to 3/2", '"t" 1/2', '"t" 1'),
    ("a negative chance", '"h" 1/2 "t" 1/2', '"h" 3/2 "t" -1/2'),
    ("a chance that is nan", '"h" 1/2', '"h" nan'),
    ("a player that is not", 'p "" 2 1', 'p "" 3 1'),
    ("player 0", 'p "" 2 1', 'p "" 0 1'),
    ("a negative player", 'p "" 2 1', 'p "" -1 1'),
    ("no actions", '{ "u" "d" }', "{ }"),
    ("a set with other actions", 'p "" 2 1 "" { "u" "d" } 0', 'p "" 1 1 "" { "u" "d" "m" } 0'),
    ("perfect recall broken", 'p "" 2 1 "" { "u" "d" } 0', 'p "" 1 1 "" { "l" "r" } 0'),
    ("an unknown kind of node", 'p "" 2 1', 'q "" 2 1'),
    ("another version", "EFG 2", "EFG 3"),
    ("another kind of number", "EFG 2 R", "EFG 2 X"),
    ("no player", '{ "A" "B" }', "{ }"),
    ("a bracket too few", '{ "u" "d" }', '{ "u" "d"'),
    ("a quote too few", '"u"', '"u'),
    ("more after the end", 't "" 4 "" { 5, 0 }', 't "" 4 "" { 5, 0 }\nt "" 5 "" { 1, 1 }'),
)
NFG_FAULTS = (
    ("a payoff too few", "1 1", "1"),
    ("a payoff too many", "1 1", "1 1 1"),
    ("a payoff that is nan", "1 1", "1 nan"),
    ("a payoff that is infinite", "1 1", "1 inf"),
    ("a payoff over nothing", "1 1", "1 1/0"),
    ("a payoff in words", "1 1", "1 one"),
    ("no actions", "{ 2 2 }", "{ 2 0 }"),
    ("a negative number of actions", "{ 2 2 }", "{ 2 -2 }"),
    ("half an action", "{ 2 2 }", "{ 2 1.5 }"),
    ("actions of one player alone", "{ 2 2 }", "{ 2 }"),
    ("actions of a third", "{ 2 2 }", "{ 2 2 2 }"),
    ("no player", '{ "A" "B" }', "{ }"),
    ("one player", '{ "A" "B" } { 2 2 }', '{ "A" } { 2 }'),
    ("another version", "NFG 1", "NFG 7"),
    ("another kind of number", "NFG 1 R", "NFG 1 Q"),
    ("a million actions", "{ 2 2 }", "{ 1000000 1000000 }"),
    ("no bracket", "{ 2 2 }", "2 2"),
    ("no quote", '"g"', '"g'),
)
NAMED_FAULTS = (
    ("an outcome that is not", "1 2 2 1", "1 2 2 9"),
    ("a negative outcome", "1 2 2 1", "1 2 2 -1"),
    ("a cell too few", "1 2 2 1", "1 2 2"),
    ("an outcome of one payoff", '{ "" 1, 1 }', '{ "" 1 }'),
)
BYTES = {
    "empty": b"",
    "blank": b" \n\n",
    "binary": bytes(range(256)),
    "not UTF-8": 'NFG 1 R "é"'.encode("latin-1"),
    "something else": b"<html></html>",
}
CODE = {
    "no such object": ("X = 1\n", "GAME"),
    "a number": ("GAME = 1\n", "GAME"),
    "a function": ("def GAME():\n    return 1\n", "GAME"),
    "a class": ("class GAME: pass\n", "GAME"),
    "wrong syntax": ("GAME = (\n", "GAME"),
    "a module that is missing": ("import nosuchmodule\n", "GAME"),
    "raises when read": ("raise RuntimeError('no')\n", "GAME"),
    "leaves": ("import sys\nsys.exit(7)\n", "GAME"),
    "make raises": (
        "from nashscope.games import Named\n"
        "def make():\n    raise ValueError('no')\n"
        "GAME = Named(make=make, family='f', source='s', equilibria=())\n",
        "GAME",
    ),
    "make gives nothing": (
        "from nashscope.games import Named\n"
        "GAME = Named(make=lambda: None, family='f', source='s', equilibria=())\n",
        "GAME",
    ),
    "make leaves": (
        "import sys\nfrom nashscope.games import Named\n"
        "GAME = Named(make=lambda: sys.exit(7), family='f', source='s', equilibria=())\n",
        "GAME",
    ),
    "payoffs of another shape": (
        "from nashscope.games import NormalForm\nGAME = NormalForm([[[1, 2]], [[1], [2]]])\n",
        "GAME",
    ),
    "a label of 500 letters": (
        "from nashscope.games import NormalForm\n"
        "GAME = NormalForm([[[1, 2], [3, 4]], [[1, 2], [3, 4]]],\n"
        "                  (('a' * 500, 'b' * 500), ('c', 'd')))\n",
        "GAME",
    ),
    "an object without a file": ("", ""),
}


def broken(kind, name, text, faults):
    """Files with one fault each."""
    for what, old, new in faults:
        assert text.count(old) >= 1, (kind, what)
        head, _, tail = text.rpartition(old)
        yield Bad(f"{kind}: {what}", ("solve", name), {name: head + new + tail})


def inputs():
    for text in TYPED:
        yield Bad(f"payoffs or a name: {text[:20]!r}", ("solve", "--", text))
    yield from broken(".nfg", "g.nfg", NFG, NFG_FAULTS)
    yield from broken(".nfg with names", "g.nfg", NAMED, NAMED_FAULTS)
    yield from broken(".efg", "g.efg", EFG, EFG_FAULTS)
    for name, text in (("g.nfg", NFG), ("g.efg", EFG)):
        words = text.split(" ")
        for k in range(1, len(words) - 1):
            cut = " ".join(words[:k])
            if name == "g.efg" and k % 2:
                continue
            yield Bad(f"{name[1:]}: ends after {k} words", ("solve", name), {name: cut})
        for what, content in BYTES.items():
            yield Bad(f"{name[1:]}: {what}", ("solve", name), {name: content})
        yield Bad(f"{name[1:]}: a folder", ("solve", name), {f"{name}/x": ""})
    for what, (content, thing) in CODE.items():
        where = f"g.py:{thing}"
        doors = {
            "solve": ("solve", where),
            "games": ("games", where),
            "play": ("play", where, "random", "random"),
            "tournament": ("tournament", "random", "tit-for-tat", "--game", where),
            "invariance": ("invariance", "--model", "random", "--game", where),
        }
        for door, arguments in doors.items():
            if what == "a label of 500 letters" and door in ("solve", "games"):
                continue  # long, but a game
            yield Bad(
                f"a game's own file: {what}, {door}",
                arguments,
                {"g.py": content},
                apart="leaves" in what,
            )
    for limit in ("-1", "0", "nan", "x", ""):
        yield Bad("time limit", ("solve", "chicken", "--time-limit", limit))
    yield Bad("a game too many", ("solve", "chicken", "chicken"))
    yield Bad("an option that is not", ("solve", "chicken", "--nosuch"))
    for name in ("chickn", "", "nowhere.py:GAME", "kuhn_pokker"):
        yield Bad("a name", ("games", name))
