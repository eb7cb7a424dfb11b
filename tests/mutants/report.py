"""Faults in the pages: text that runs, numbers nobody measured, prompts nobody asked."""

from tests.mutants import Mutant

PAGE, CHART, MATCH = "report/page.py", "report/chart.py", "report/match.py"
CHARTS, MATCHES = "tests/report/test_chart.py", "tests/report/test_match.py"

MUTANTS = [
    Mutant(
        "text of a model is written into the page as it is",
        PAGE,
        "jinja2.Environment(autoescape=True",
        "jinja2.Environment(autoescape=False",
        "tests/report/test_page.py",
    ),
    Mutant(
        "the data of a figure can end its script element",
        PAGE,
        'text.replace("<", "\\\\u003c")',
        'text.replace("~", "\\\\u003c")',
        "tests/report/test_page.py",
    ),
    Mutant(
        "a value that was not measured is drawn as 0",
        CHART,
        "return {key: _short(row.get(key)) for key in keys}",
        "return {key: _short(row.get(key)) or 0.0 for key in keys}",
        CHARTS,
    ),
    Mutant(
        "the interval of a curve ends at the value",
        CHART,
        'y=alt.Y("low:Q", title=y_title, scale=span), y2="high:Q"',
        'y=alt.Y("low:Q", title=y_title, scale=span), y2="value:Q"',
        CHARTS,
    ),
    Mutant(
        "a cell that was not measured says null",
        CHART,
        'base.transform_filter("isValid(datum.value)")',
        "base",
        CHARTS,
    ),
    Mutant(
        "a missing number is written as 0 in a table",
        "report/table.py",
        'return "–"\n    text = f"',
        'return "0.00"\n    text = f"',
        "tests/report/test_page.py",
    ),
    Mutant(
        "a prompt is shown though its hash is another",
        MATCH,
        "!= event.prompt_hash:",
        "== 'never':",
        MATCHES,
    ),
    Mutant(
        "folding forgets what two prompts share at their end",
        MATCH,
        "list(lines[head : len(lines) - tail])",
        "list(lines[head:])",
        MATCHES,
    ),
    Mutant(
        "the page says that all matches are on it",
        MATCH,
        "return Matches(data, count, len(by_match))",
        "return Matches(data, count, count)",
        MATCHES,
    ),
    Mutant(
        "the live page answers whoever asks",
        "view/app.py",
        "if not known(request):",
        "if False:",
        "tests/view/test_desk.py",
    ),
    Mutant(
        "the live page answers to any name",
        "view/app.py",
        "allowed_hosts=HOSTS",
        'allowed_hosts=["*"]',
        "tests/view/test_desk.py",
    ),
    Mutant(
        "the lens of the live page is that without the edit",
        "view/desk.py",
        "left: Tensor = stream if change is None else change(stream)\n        into[layer] = left",
        "left: Tensor = stream if change is None else change(stream)\n        into[layer] = stream",
        "tests/view/test_desk.py",
    ),
]
