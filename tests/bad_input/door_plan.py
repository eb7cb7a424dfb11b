"""Plans, prices, services, keys, and transcripts of others."""

import gzip

from tests.bad_input import Bad
from tests.bad_input.bases import PLAN

FIELDS = {
    "games": ("prisoners-dilemma", "3", "[]", "[3]", "[chess]", "{a: 1}", "[[chicken]]", "[null]",
              "[chicken, chicken]", "[ordinal-1-1, 'ordinal-1-1']", "['3,3 0,5; 5,0']"),
    "agents": ("tit-for-tat", "3", "[]", "[nobody]", "{a: 1}", "[[random]]", "[random, random]",
               "[null]", "[1]"),
    "meetings": ("random", "[random]", "[[random]]", "[[random, random, random]]", "[[]]", "3"),
    "framings": ("[plane]", "plain", "[]", "3", "[plain, plain]", "[null]"),
    "modes": ("[dream]", "direct", "[]", "[direct, direct]", "3"),
    "seeds": ("[x]", "[]", "[0, 0]", "x", "[1.5]", "[null]", "[yes]"),
    "rounds": ("0", "-1", "ten", "1.5", "[2]", "yes", "010", "1:30", "null", ".nan", "1.0e+20",
               "100000000"),
    "matches": ("0", "-1", "x", "yes", "012", "1:30", "1000000000", "[1]", "2.5"),
    "memory": ("-1", "x", "yes", "1.5"),
    "order": ("both", "3", "[sequential]", "Sequential"),
    "announced": ("maybe", "3"),
    "tremble": ("-0.1", "2", ".nan", ".inf", "x", "[0]", "yes"),
    "discount": ("-1", "2", ".nan", "x", "yes"),
    "ending": ("never", "3", "random"),
    "talk": ("-1", "x", "yes", "1000000"),
    "mechanism": ("x", "contract", "3", "[mediation]", "contract:-1"),
    "samples": ("0", "-1", "x", "yes"),
    "options": ("x", "[dtype]", "{nosuch: 1}", "3"),
    "round": ("2",),
    "standing": ("[x]",),
    "game": ("chicken",),
}  # fmt: skip
HUGE = ("100000000", "1000000000", "1.0e+20", "1000000")
PLANS = {
    "empty": "",
    "null": "null\n",
    "a list": "- games\n",
    "a word": "games\n",
    "a number": "3\n",
    "no agents": "games: [chicken]\n",
    "no games": "agents: [random]\n",
    "a tab": "games:\t[chicken]\nagents:\n\t- random\n",
    "a bracket too few": "games: [chicken\nagents: [random]\n",
    "a code of Python": "games: !!python/object/apply:os.system ['touch boom']\nagents: [random]\n",
    "an anchor that is not": "games: *nowhere\nagents: [random]\n",
    "two documents": PLAN + "---\n" + PLAN,
    "a field twice": PLAN + "rounds: 3\n",
    "games twice": PLAN + "games: [chicken]\n",
    "not UTF-8": PLAN.encode() + b"# \xe9\n",
    "binary": bytes(range(256)),
    "JSON cut off": '{"games": ["chicken"], "agents": [',
    "one game under two names": PLAN.replace("[prisoners-dilemma]", "[chicken, ' chicken']"),
}
RUNS = (
    ("--executor", "nowhere"),
    ("--executor", "Local"),
    ("--jobs", "3"),
    ("--jobs", "0", "--executor", "local"),
    ("--jobs", "-1", "--executor", "local"),
    ("--jobs", "x"),
    ("--job", "mem_gb=8"),
    ("--job", "mem_gb", "--executor", "slurm"),
    ("--job", "=8", "--executor", "slurm"),
    ("--job", "mem_gb=[8", "--executor", "slurm"),
    ("--max-calls", "-1"),
    ("--max-cost", "nan"),
    ("--prices", "nowhere.yaml"),
    ("--out", "x" * 300),
    ("--out", "plan.yaml"),
    ("--nosuch",),
)
PRICES = {
    "a list": "- 3\n",
    "a word": "x\n",
    "no numbers": "lab/m: {input: many, output: 1}\n",
    "negative": "lab/m: {input: -1, output: 1}\n",
    "nan": "lab/m: {input: .nan, output: 1}\n",
    "infinite": "lab/m: {input: .inf, output: 1}\n",
    "half": "lab/m: {input: 1}\n",
    "one number": "lab/m: 3\n",
    "an unknown key": "lab/m: {input: 1, output: 1, cached: 0.1}\n",
    "twice": "lab/m: {input: 1, output: 1}\nlab/m: {input: 2, output: 2}\n",
    "not YAML": "lab/m: {input: 1\n",
    "not UTF-8": b"lab/m\xe9: {input: 1, output: 1}\n",
}
LAB = "services:\n  lab:\n    base_url: http://127.0.0.1:9/v1\n"
SERVICES = {
    "a list": "- lab\n",
    "a word": "lab\n",
    "services is a list": "services: [lab]\n",
    "a service is a word": "services: {lab: http://x/v1}\n",
    "no address": "services:\n  lab: {timeout: 3}\n",
    "no http": "services:\n  lab: {base_url: 'ftp://x/v1'}\n",
    "no host": "services:\n  lab: {base_url: 'http://'}\n",
    "no scheme": "services:\n  lab: {base_url: 'localhost:8000/v1'}\n",
    "an unknown key": LAB + "    concurency: 3\n",
    "the key itself": LAB + "    key: sk-123456789\n",
    "no concurrency": LAB + "    concurrency: 0\n",
    "concurrency in words": LAB + "    concurrency: many\n",
    "timeout 0": LAB + "    timeout: 0\n",
    "timeout nan": LAB + "    timeout: .nan\n",
    "attempts -1": LAB + "    attempts: -1\n",
    "an unknown table": LAB + "service: {}\n",
    "a variable that is not set": LAB + "    key_variable: NO_SUCH_VARIABLE_HERE\n",
    "a field twice": LAB + "    timeout: 3\n    timeout: 4\n",
    "not YAML": "services: {lab: {base_url: x\n",
    "not UTF-8": b"services: {lab: \xe9}\n",
    "empty": "",
}
KEYS = ("k\u00fc", "a\nb", "a\tb c", "\u20ac")
ADDRESSES = (
    "localhost:8000",
    "ftp://x",
    "http://",
    "x",
    "http://:80",
    "http://[::1",
    "http://a b/v1",
)
TABLE = "game,match,round,agent1,agent2,action1,action2\n"
ROW = "prisoners-dilemma,a,1,x,y,cooperate,defect\n"
MAPS = tuple(
    word
    for name in ("game", "match", "round", "agent1", "agent2", "action1", "action2")
    for word in ("--map", f"{name}={name}")
)
TABLES = {
    "empty": "",
    "a head alone": TABLE,
    "a row too short": TABLE + ROW + "prisoners-dilemma,a,2,x,y,cooperate\n",
    "a row too long": TABLE + ROW + "prisoners-dilemma,a,2,x,y,cooperate,defect,defect\n",
    "not UTF-8": TABLE.encode() + ROW.encode().replace(b"x", b"\xe9"),
    "binary": bytes(range(256)) * 4,
    "an unknown game": TABLE + ROW.replace("prisoners-dilemma", "chess"),
    "no game": TABLE + ROW.replace("prisoners-dilemma", ""),
    "round -1": TABLE + ROW.replace(",1,", ",-1,"),
    "round in words": TABLE + ROW.replace(",1,", ",first,"),
    "round 1.5": TABLE + ROW.replace(",1,", ",1.5,"),
    "no round": TABLE + ROW.replace(",1,", ",,"),
    "an empty agent": TABLE + ROW.replace(",x,", ",,"),
    "a round twice": TABLE + ROW + ROW,
    "no answer that can be read": TABLE + ROW.replace("cooperate,defect", "C,D"),
    "a column twice": TABLE.replace("action2", "action1") + ROW,
    "another agent in one match": TABLE + ROW + ROW.replace(",x,", ",z,").replace(",1,", ",2,"),
    "a folder": None,
}
IMPORTS = (
    ("--map", "nosuch=game"),
    ("--map", "game"),
    ("--map", "=game"),
    ("--map", "game="),
    ("--map", "agent3=agent2"),
    ("--map", "name=nosuchcolumn"),
    ("--map", "name=game+nosuch"),
    ("--map", "game=match"),
    ("--fixed", "nosuch=3"),
    ("--fixed", "game"),
    ("--fixed", "game=prisoners-dilemma"),
    ("--fixed", "option1=C", "--fixed", "option2=C"),
    ("--fixed", "option1=C"),
    ("--fixed", "option3=C"),
    ("--fixed", "payoff1=x"),
    ("--fixed", "player=9"),
    ("--games", "nowhere.csv"),
    ("--out", "t.csv"),
    ("--nosuch",),
)
HOSTED = ("play", "chicken", "openai-api/lab/m", "random", "--rounds", "1")


def inputs():
    for name, values in FIELDS.items():
        for value in values:
            kept = "".join(
                line for line in PLAN.splitlines(True) if not line.startswith(f"{name}:")
            )
            yield Bad(
                f"plan: {name}: {value[:24]}",
                ("run", "plan.yaml", "--quiet"),
                {"plan.yaml": f"{kept}{name}: {value}\n"},
                apart=value in HUGE,
            )
    for what, text in PLANS.items():
        yield Bad(f"plan: {what}", ("run", "plan.yaml", "--quiet"), {"plan.yaml": text})
    yield Bad("plan: none", ("run", "plan.yaml"))
    yield Bad("plan: a folder", ("run", "plan.yaml"), {"plan.yaml/x": ""})
    for more in RUNS:
        yield Bad(f"run {' '.join(more)[:40]}", ("run", "plan.yaml", "--quiet", *more),
                  {"plan.yaml": PLAN})  # fmt: skip
    where = {"LAB_BASE_URL": "http://127.0.0.1:9/v1", "LAB_API_KEY": "secret-key"}
    for what, text in PRICES.items():
        yield Bad(
            f"prices: {what}",
            (*HOSTED, "--max-cost", "1", "--prices", "p.yaml", "--dry-run"),
            {"p.yaml": text},
            environment=where,
        )
    for what, text in SERVICES.items():
        yield Bad(f"services: {what}", HOSTED, {"s.yaml": text},
                  environment={"NASHSCOPE_SERVICES": "s.yaml"})  # fmt: skip
    yield Bad("services: none", HOSTED)
    yield Bad("services: no file", HOSTED, environment={"NASHSCOPE_SERVICES": "nowhere.yaml"})
    for key in KEYS:
        yield Bad(f"key {key!r}", HOSTED, environment={**where, "LAB_API_KEY": key}, apart=True)
    for address in ADDRESSES:
        yield Bad(f"address {address!r}", HOSTED, environment={"LAB_BASE_URL": address}, apart=True)
    for what, text in TABLES.items():
        files = {"t.csv/x": ""} if text is None else {"t.csv": text}
        yield Bad(f"import: {what}", ("import", "t.csv", *MAPS, "--quiet"), files)
    for more in IMPORTS:
        yield Bad(f"import {' '.join(more)}", ("import", "t.csv", *MAPS, "--quiet", *more),
                  {"t.csv": TABLE + ROW})  # fmt: skip
    for k in (0, *range(4, len(MAPS), 2)):
        yield Bad(f"import without {MAPS[k + 1]}",
                  ("import", "t.csv", *MAPS[:k], *MAPS[k + 2 :], "--quiet"),
                  {"t.csv": TABLE.replace(MAPS[k + 1].split("=")[0], f"column{k}", 1) + ROW}
                  )  # fmt: skip
    for name, content in {
        "t.xlsx": b"PK\x03\x04" + bytes(100),
        "t.eval": b"PK\x03\x04" + bytes(100),
        "t.parquet": b"PAR1" + bytes(30),
        "t.csv.gz": gzip.compress(b"a,b\n1,2\n")[:-9],
        "t.jsonl": b'{"game": "chicken"\n',
        "t.json": b"[1, 2]",
        "t.txt": b"hello\n",
        "t": b"hello\n",
    }.items():
        yield Bad(f"import {name}", ("import", name, *MAPS, "--quiet"), {name: content})
    yield Bad("import: no file", ("import", "nowhere.csv", *MAPS))
    payoffs = "id,r1_c1_p1,r1_c1_p2,r1_c2_p1,r1_c2_p2,r2_c1_p1,r2_c1_p2,r2_c2_p1,r2_c2_p2\n"
    for what, text in {
        "empty": "",
        "a head alone": payoffs,
        "a payoff left out": payoffs + "g,3,3,0,5,5,0,1,\n",
        "a payoff in words": payoffs + "g,3,3,0,5,5,0,1,x\n",
        "a payoff nan": payoffs + "g,3,3,0,5,5,0,1,nan\n",
        "a game twice": payoffs + "g,3,3,0,5,5,0,1,1\n" + "g,3,3,0,5,5,0,1,2\n",
        "no payoffs": "id,a\ng,1\n",
        "a hole": payoffs.replace("r1_c2", "r1_c3") + "g,3,3,0,5,5,0,1,1\n",
    }.items():
        yield Bad(
            f"import --games: {what}",
            ("import", "t.csv", *MAPS, "--games", "g.csv", "--quiet", "--map", "name=game"),
            {"t.csv": TABLE + ROW.replace("prisoners-dilemma", "g"), "g.csv": text},
        )
