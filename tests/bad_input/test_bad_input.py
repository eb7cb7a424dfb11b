"""Every bad input is refused in one clear line, and nothing that was there is changed.

The inputs of a kind are one test: there are over 1,700 of them, and what fails is listed.
"""

from collections import defaultdict

import pytest

from tests.bad_input.trial import inputs, laid, tried

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def kinds():
    """The inputs by door and the first words of their kind."""
    found = defaultdict(list)
    for door, bad in inputs():
        found[f"{door}: {bad.kind.partition(':')[0].split(' --')[0]}"].append(bad)
    return found


KINDS = kinds()


@pytest.fixture(scope="module")
def bases(tmp_path_factory, random_model):
    """The runs that inputs begin with."""
    folder = tmp_path_factory.mktemp("bases")
    laid(folder, random_model)
    return folder


def test_there_are_hundreds_of_them_at_every_door():
    counts = defaultdict(int)
    for door, _ in inputs():
        counts[door] += 1
    assert sum(counts.values()) >= 500
    assert set(counts) == {"solve", "play", "plan", "runs", "pages", "networks"}
    assert min(counts.values()) >= 100


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_bad_input_is_refused_in_one_line_and_changes_nothing(
    kind, bases, random_model, tmp_path
):
    failed = []
    for number, bad in enumerate(KINDS[kind]):
        folder = tmp_path / str(number) / "here"
        folder.mkdir(parents=True)
        wrong, code, out, err = tried(bad, folder, bases, random_model)
        if wrong:
            said = (err.strip() or out.strip())[-300:]
            failed.append(f"{bad.kind}: {'; '.join(wrong)} (exit {code})\n{bad.arguments}\n{said}")
    assert not failed, "\n\n".join(failed)
