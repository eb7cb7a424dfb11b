"""Whether what a command did with a bad input was right."""

import re

FOREIGN = (
    "Traceback",
    "Value error",
    "Input should be",
    "valid tuple",
    "pydantic",
    "_duckdb",
    "Catalog Error",
    "CSV Error",
    "Errno",
    "object at 0x",
    "<class '",
    "LocalProtocolError",
    "(found {'",
    "UserWarning",
    "FutureWarning",
)
"""Words of other libraries, and of the inside of this one."""

NAMED = re.compile(r"\b(Key|Index|Type|Attribute|Name|ZeroDivision|Overflow|Recursion)Error\b")
LONG = re.compile(r"(.)\1{99,}")
"""The name of hundreds of letters that a user gave."""
THEIRS = re.compile(r"\.py:\d+ \([^)]*\)?\)? raises \w+")
"""What a user's own code raised, with its place."""
FRAME = re.compile(r"^(Usage:|Try |[╭╰]─)")
LINES, COLUMNS = 3, 80


def faults(code, out, err, before, after):
    """What is wrong with how a command ended, in words; nothing if it was refused as it should be.

    before, after: the contents of all files that were there, by name.
    """
    if code == "hang":
        yield "hang"
    elif code == 0:
        yield "accepted"
    elif code not in (1, 2, 3):
        yield f"ended with {code}"
    text = LONG.sub("…", message(err))
    if code not in ("hang", 0):
        if "Traceback" in err:
            yield "traceback"
        elif not text and "Usage:" not in out:
            yield "no word"
        elif len(text.splitlines()) > LINES or len(text) > LINES * COLUMNS:
            yield "long"
        yield from (f"says {word!r}" for word in FOREIGN[1:] if word in err + out)
        ours = THEIRS.sub("", " ".join(text.split()))
        yield from (f"says {word!r}" for word in {m.group() for m in NAMED.finditer(ours)})
    changed = [name for name, content in before.items() if after.get(name, b"") != content]
    if changed and code != 0:
        yield f"changed {', '.join(sorted(changed))}"


def message(err):
    """What was said, without the box in which wrong usage is shown."""
    kept = [line.strip("│ ") for line in err.splitlines() if line.strip() and not FRAME.match(line)]
    return "\n".join(kept)
