"""The grammar of names: what is written is what is read, and nothing that has a colon is torn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashscope.errors import Misuse
from nashscope.names import Reference, read

LETTERS = "abcxyzABZ_äß"
words = st.text(LETTERS, min_size=1, max_size=6)
keys = st.builds(lambda first, rest: first + rest, words, st.text(LETTERS + "0123456789"))
values = st.text("abc019./- :[]é", min_size=1).filter(lambda v: v.strip() == v and "=" not in v)
parameters = st.dictionaries(keys, values, max_size=4).map(lambda d: tuple(sorted(d.items())))
paths = st.lists(st.text("ab .-_1é:\\", min_size=1, max_size=6), min_size=1, max_size=3).map(
    "/".join
)
references = st.one_of(
    st.builds(
        Reference,
        st.just("object"),
        paths.map(lambda path: f"{path.strip()}x.py"),
        st.from_regex(r"[^\W\d]\w{0,8}", fullmatch=True),
        parameters,
    ),
    st.builds(
        lambda path, end, own: Reference("file", f"{path.strip()}x{end}", "", own),
        paths,
        st.sampled_from([".nfg", ".efg", ".NFG"]),
        parameters,
    ),
    st.builds(
        lambda name, own: Reference("name", name, "", own),
        st.from_regex(r"[a-z][a-z0-9-]{0,8}(/[a-z0-9.:-]{1,8})*", fullmatch=True),
        parameters,
    ),
)


@given(references)
def test_what_is_written_is_read_as_it_was(reference):
    assert read(str(reference)) == reference


@given(st.text())
def test_the_normal_form_of_any_text_is_its_own_normal_form(text):
    try:
        reference = read(text)
    except Misuse:
        return
    assert str(read(str(reference))) == str(reference)


@given(references, st.randoms())
def test_the_order_of_parameters_and_blanks_around_them_do_not_count(reference, chance):
    shuffled = list(reference.parameters)
    chance.shuffle(shuffled)
    told = " , ".join(f"{key} = {value}" for key, value in shuffled)
    text = f"  {reference.base}:{told} " if told else f" {reference.base}  "
    assert read(text) == reference


@pytest.mark.parametrize(
    "whole",
    [
        "openai-api/local/qwen3:8b",
        "predict:openai-api/local/qwen3:8b",
        "hf/meta-llama/Llama-3.1-8B",
        "memory-one:1,0,1,0",
        "axelrod:Omega TFT: 8",
        "ordinal-3-4",
        "contract:2",
    ],
)
def test_a_name_with_colons_that_no_key_follows_stays_whole(whole):
    assert read(whole) == Reference("name", whole)


def test_parameters_follow_whatever_has_a_colon_already():
    assert read("openai-api/local/qwen3:8b:samples=4") == Reference(
        "name", "openai-api/local/qwen3:8b", "", (("samples", "4"),)
    )
    assert read(r"C:\my games\g.py:GAME:players=3").name == r"C:\my games\g.py"


def test_a_value_may_have_commas_and_a_key_dashes():
    assert read("g:sizes=1,2,3,most-of=4").parameters == (("most_of", "4"), ("sizes", "1,2,3"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no name"),
        ("  ", "has no name"),
        (":players=3", "has no name"),
        ("g:players=", "gives players no value"),
        ("g:players=2,players=3", "gives players twice"),
        ("g:most-of=2,most_of=3", "gives most_of twice"),
    ],
)
def test_what_names_nothing_is_refused(text, says):
    with pytest.raises(Misuse, match=says):
        read(text)
