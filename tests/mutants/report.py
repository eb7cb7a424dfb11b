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
        "tests/report/test_page.py::test_what_a_model_wrote_is_shown_and_never_run",
    ),
    Mutant(
        "the data of a figure can end its script element",
        PAGE,
        'text.replace("<", "\\\\u003c")',
        'text.replace("~", "\\\\u003c")',
        "tests/report/test_page.py::test_what_a_model_wrote_is_shown_and_never_run",
    ),
    Mutant(
        "a value that was not measured is drawn as 0",
        CHART,
        "return {key: _short(row.get(key)) for key in keys}",
        "return {key: _short(row.get(key)) or 0.0 for key in keys}",
        "tests/report/test_chart.py::test_a_missing_value_is_no_cell_and_no_dot",
    ),
    Mutant(
        "the interval of a curve ends at the value",
        CHART,
        'y=alt.Y("low:Q", title=y_title, scale=span), y2="high:Q"',
        'y=alt.Y("low:Q", title=y_title, scale=span), y2="value:Q"',
        "tests/report/test_chart.py::test_the_interval_is_that_of_the_rows",
    ),
    Mutant(
        "a cell that was not measured says null",
        CHART,
        'base.transform_filter("isValid(datum.value)")',
        "base",
        "tests/report/test_chart.py::test_a_missing_value_is_no_cell_and_no_dot",
    ),
    Mutant(
        "a missing number is written as 0 in a table",
        "report/table.py",
        'return "–"\n    text = f"',
        'return "0.00"\n    text = f"',
        "tests/report/test_page.py::test_a_missing_value_is_a_dash_and_never_a_zero",
    ),
    Mutant(
        "a prompt is shown though its hash is another",
        MATCH,
        "!= event.prompt_hash:",
        "== 'never':",
        "tests/report/test_match.py::test_a_prompt_that_was_not_asked_is_not_shown",
    ),
    Mutant(
        "folding forgets what two prompts share at their end",
        MATCH,
        "list(lines[head : len(lines) - tail])",
        "list(lines[head:])",
        "tests/report/test_match.py::test_what_two_prompts_share_at_their_ends_is_not_stored_again",
    ),
    Mutant(
        "the page says that all matches are on it",
        MATCH,
        "return Matches(data, count, len(by_match))",
        "return Matches(data, count, count)",
        "tests/report/test_match.py::"
        "test_the_match_with_the_lens_comes_first_and_the_page_says_what_is_left_out",
    ),
    Mutant(
        "the live page answers whoever asks",
        "view/app.py",
        "if not known(request):",
        "if False:",
        "tests/view/test_desk.py::"
        "test_nothing_is_given_without_the_token[look?model=random&game=chicken&situation=1&telling=0&layer=2&direction=history&strength=1]",
    ),
    Mutant(
        "the live page answers to any name",
        "view/app.py",
        "allowed_hosts=HOSTS",
        'allowed_hosts=["*"]',
        "tests/view/test_desk.py::"
        "test_a_name_that_is_not_this_machine_is_refused[127.0.0.1.example.org]",
    ),
    Mutant(
        "the lens of the live page is that without the edit",
        "view/desk.py",
        "left: Tensor = stream if change is None else change(stream)\n        into[layer] = left",
        "left: Tensor = stream if change is None else change(stream)\n        into[layer] = stream",
        "tests/view/test_desk.py::"
        "test_without_strength_nothing_differs_and_with_it_only_what_comes_after",
    ),
]
