"""Looking inside networks: options, folders that hold no model, directions, organisms, training."""

import io

import numpy as np

from tests.bad_input import Bad
from tests.bad_input.door_runs import gone, torn

MODEL = ("--model", "hf/{model}")
NAMES = (
    "", "gpt-9", "hf/", "hf/nowhere", "hf/./nowhere", "organism/", "organism/nsh", "fake/uniform",
    "tit-for-tat", "openai-api/x/y", "hf/d", "hf/mine.txt", "nowhere.py:MODEL", "m.py:MODEL",
)  # fmt: skip
SHARED = (
    ("--game", "chess"), ("--game", ""), ("--game", "public-goods"), ("--game", "kuhn-poker"),
    ("--framing", "plane"), ("--framing", "nowhere.py:STYLE"), ("--labels", "left"),
    ("--labels", "left,left"), ("--labels", "a,b,c"), ("--labels", ","), ("--labels", "x,xy"),
    ("--games", "0"), ("--games", "-1"), ("--games", "1"), ("--games", "x"), ("--rounds", "-1"),
    ("--rounds", "x"), ("--rounds", "100000"), ("--seed", "x"), ("--dtype", "float17"),
    ("--dtype", "int8"), ("--dtype", ""), ("--device-map", "nowhere"), ("--device-map", "cuda:7"),
    ("--out", "x" * 300), ("--out", "mine.txt"), ("--out", "d"), ("--nosuch",),
)  # fmt: skip
OWN = {
    "lens": (("--tuned", "--games", "4"),),
    "probe": (
        ("--label", "mood"), ("--label", ""), ("--kind", "svm"), ("--hold-out", "nothing"),
        ("--shuffles", "0"), ("--shuffles", "-1"), ("--shuffles", "x"), ("--rounds", "0"),
        ("--games", "3"), ("--kind", "ridge", "--label", "choice"),
    ),
    "steer": (
        ("--layer", "9"), ("--layer", "-1"), ("--layer", "x"), ("--strengths", ""),
        ("--strengths", "x"), ("--strengths", "nan"), ("--strengths", "inf"),
        ("--strengths", "1,,2"),
        ("--method", "magic"), ("--direction", "nowhere.npy"), ("--direction", "mine.txt"),
        ("--direction", "wide.npy"), ("--direction", "zero.npy"), ("--direction", "nan.npy"),
        ("--direction", "huge.npy"), ("--direction", "two.npy"), ("--direction", "words.npy"),
        ("--direction", "pickle.npy"), ("--direction", "d"), ("--action", "nosuch"),
        ("--budget", "-1"), ("--budget", "nan"), ("--budget", "x"), ("--rounds", "0"),
    ),
    "patch": (
        ("--by", "feel"), ("--by", ""), ("--action", "nosuch"), ("--rounds", "0"), ("--games", "3"),
    ),
}  # fmt: skip


def saved(array, **options):
    """An array as a file of numpy's."""
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


FILES = {
    "mine.txt": "all my work",
    "d/thesis.tex": "all my work",
    "m.py": "MODEL = 3\n",
    "wide.npy": saved(np.ones(7)),
    "zero.npy": saved(np.zeros(32)),
    "nan.npy": saved(np.full(32, np.nan)),
    "huge.npy": saved(np.full(32, 1e38)),
    "two.npy": saved(np.ones((2, 32))),
    "words.npy": saved(np.array(["a"] * 32)),
    "pickle.npy": saved(np.array([{}] * 32), allow_pickle=True),
}
DOCTOR = (
    ("--tokens", "0"), ("--tokens", "-1"), ("--tokens", "x"), ("--tokens", "1000000000"),
    ("--dtype", "float17"), ("--device-map", "nowhere"), ("--nosuch",),
)  # fmt: skip
CONFIGS = {
    "empty": "",
    "torn": "{",
    "a list": "[]",
    "an unknown kind": '{"model_type": "nosuch"}',
    "no kind": "{}",
    "an encoder": '{"model_type": "bert", "architectures": ["BertModel"]}',
    "a translator": '{"model_type": "t5"}',
    "not UTF-8": b"\xff\xfe",
}
TRAIN = (
    ("--sizes", ""), ("--sizes", "x"), ("--sizes", "0"), ("--sizes", "1"), ("--sizes", "2x"),
    ("--held-out", "2"), ("--held-out", "x"), ("--games", "nowhere.jsonl"),
    ("--games", "empty.jsonl"), ("--games", "torn.jsonl"), ("--games", "words.jsonl"),
    ("--games", "nan.jsonl"), ("--games", "ragged.jsonl"), ("--games", "keys.jsonl"),
    ("--questions", "0"), ("--questions", "-1"), ("--questions", "x"), ("--batch", "0"),
    ("--batch", "-1"), ("--rate", "0"), ("--rate", "-1"), ("--rate", "nan"), ("--rate", "inf"),
    ("--lora", "-1"), ("--seeds", "0"), ("--seeds", "-1"), ("--evaluate", "-1"),
    ("--save-every", "0"), ("--save-every", "-1"), ("--track", "paper"), ("--out", "mine.txt"),
    ("--out", "d"), ("--out", "x" * 300), ("--model", "fake/uniform"), ("--model", "hf/nowhere"),
    ("--model", ""), ("--model", "tit-for-tat"), ("--seed", "x"), ("--nosuch",),
)  # fmt: skip
GAMES = {
    "empty.jsonl": "",
    "torn.jsonl": '{"payoffs": [[1, -1]',
    "words.jsonl": '{"payoffs": [["a", 1], [1, 0]]}\n',
    "nan.jsonl": '{"payoffs": [[NaN, 1], [1, 0]]}\n',
    "ragged.jsonl": '{"payoffs": [[1], [1, 0]]}\n',
    "keys.jsonl": '{"payoff": [[1, 0], [0, 1]]}\n',
    "mine.txt": "all my work",
    "d/thesis.tex": "all my work",
}
GRPO = (
    ("--generations", "0"), ("--generations", "1"), ("--generations", "x"), ("--penalty", "nan"),
    ("--penalty", "2"), ("--answer", "0"), ("--answer", "-1"), ("--temperature", "-1"),
    ("--temperature", "nan"), ("--batch", "7", "--generations", "2"),
)  # fmt: skip
SELF_PLAY = (
    (), ("--out", "s", "--baseline", "hope"), ("--out", "s", "--size", "x"),
    ("--out", "s", "--size", "0"), ("--out", "s", "--games", "0"), ("--out", "mine.txt"),
    ("--out", "d"),
)  # fmt: skip


def inputs():
    for command, more in OWN.items():
        for name in NAMES:
            yield Bad(f"{command} --model {name}", (command, "--model", name), FILES)
        yield Bad(f"{command} without a model", (command,))
        for options in (*SHARED, *more):
            yield Bad(f"{command} {' '.join(options)[:40]}", (command, *MODEL, *options), FILES,
                      apart="100000" in options)  # fmt: skip
    for options in DOCTOR:
        yield Bad(f"doctor {' '.join(options)}", ("doctor", *MODEL, *options),
                  apart="1000000000" in options)  # fmt: skip
    for name in NAMES:
        yield Bad(f"doctor --model {name}", ("doctor", "--model", name), FILES)
    for what, text in CONFIGS.items():
        yield Bad(f"a model's config: {what}", ("doctor", "--model", "hf/./m"),
                  {"m/config.json": text})  # fmt: skip
        yield Bad(f"a model's config: {what}, play",
                  ("play", "chicken", "hf/./m", "random"), {"m/config.json": text})  # fmt: skip
    for what in ("model.safetensors", "config.json", "tokenizer.json"):
        yield Bad(f"a model with its {what} cut off", ("doctor", "--model", "hf/./r"), base="model",
                  edit=torn(what))  # fmt: skip
        yield Bad(f"a model without its {what}", ("doctor", "--model", "hf/./r"), base="model",
                  edit=gone(what))  # fmt: skip
    for options in (
        ("--organism", "nsh"), ("--organism", ""), ("--organism", "d"), ("--organism", "mine.txt"),
        ("--games", "0"), ("--games", "-1"), ("--games", "4"), ("--games", "x"),
        ("--parent", "nsh"), ("--nosuch",),
    ):  # fmt: skip
        more = () if "--organism" in options else ("--organism", "nash")
        yield Bad(f"truth {' '.join(options)}", ("truth", *more, *options), FILES, apart=True)
    for arguments in (
        ("organism",), ("organism", "nosuch"), ("organism", "show"), ("organism", "show", "nsh"),
        ("organism", "show", ""), ("organism", "show", "../nash"), ("organism", "grow"),
        ("organism", "grow", "nsh"), ("organism", "grow", "nash", "--out", "mine.txt"),
        ("organism", "grow", "nash", "--threads", "0"),
        ("organism", "grow", "nash", "--threads", "-1"),
        ("organism", "grow", "nash", "--out", "d"), ("train",), ("train", "nosuch"),
    ):  # fmt: skip
        yield Bad(" ".join(arguments), arguments, FILES, apart="grow" in arguments)
    for options in TRAIN:
        yield Bad(f"train sft {' '.join(options)[:40]}", ("train", "sft", *MODEL, *options), GAMES,
                  apart=True)  # fmt: skip
    for options in GRPO:
        yield Bad(f"train grpo {' '.join(options)}", ("train", "grpo", *MODEL, *options), GAMES,
                  apart=True)  # fmt: skip
    for options in SELF_PLAY:
        yield Bad(f"train self-play {' '.join(options)}", ("train", "self-play", *MODEL, *options),
                  GAMES)  # fmt: skip
