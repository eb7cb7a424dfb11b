"""The live page shows what the tools show, and nobody without its address sees anything."""

import numpy as np
import pytest

from nashscope.errors import IllFormedEdit, Misuse, UnknownName
from nashscope.games import game
from nashscope.models import load
from nashscope.view import Desk, app

pytestmark = pytest.mark.slow
TOKEN = "a-token"


@pytest.fixture(scope="module")
def desk(random_model):
    model = load(f"hf/{random_model}")
    return Desk({"random": model}, {name: game(name) for name in ("chicken", "stag_hunt")})


def ask(desk, **more):
    """A look at the desk."""
    asked = {"situation": 1, "telling": 3, "layer": 2, "strength": 0.0, **more}
    return desk.look("random", "chicken", **asked)


def test_without_strength_nothing_differs_and_with_it_only_what_comes_after(desk):
    still, moved = ask(desk), ask(desk, strength=5.0)
    assert still.policy == pytest.approx(still.plain, abs=2e-5)
    assert np.allclose(still.lens, still.plain_lens, atol=2e-5)
    assert moved.lens[:2] == moved.plain_lens[:2]
    for edited, plain in zip(moved.lens[2:], moved.plain_lens[2:], strict=True):
        assert not np.allclose(edited, plain, atol=1e-3)
    assert moved.lens[-1] == pytest.approx(moved.policy, abs=1e-4)
    assert moved.plain == still.plain


def test_the_policy_is_that_of_the_whole_prompt_with_the_same_edit(desk):
    """One token by replay, against the model run on the whole prompt with the edit in place."""
    from nashscope.interp import edited, steer

    seen = ask(desk, strength=-3.0)
    direction = desk._direction("random", "chicken")[1]
    whole = edited(desk.models["random"], {2: steer(direction.vector, -3.0)}, "edit")
    logprobs = whole.logprobs([seen.prompt], [seen.labels], alone=True)[0]
    likely = np.exp(logprobs - logprobs.max())
    assert seen.policy == pytest.approx(likely / likely.sum(), abs=1e-4)
    assert seen.policy != pytest.approx(seen.plain, abs=1e-3)


def test_the_null_has_the_norm_of_what_it_stands_beside(desk):
    assert ask(desk, direction="random").norm == pytest.approx(ask(desk).norm)
    assert ask(desk, direction="random", strength=4.0).policy != ask(desk, strength=4.0).policy


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"layer": 9}, IllFormedEdit),
        ({"layer": 0}, IllFormedEdit),
        ({"strength": float("nan")}, IllFormedEdit),
        ({"situation": 7}, Misuse),
        ({"telling": -1}, Misuse),
        ({"direction": "histori"}, UnknownName),
    ],
    ids=str,
)
def test_what_there_is_not_is_refused(desk, wrong, error):
    with pytest.raises(error):
        ask(desk, **wrong)


@pytest.fixture(scope="module")
def client(desk):
    pytest.importorskip("starlette")
    from starlette.testclient import TestClient

    return TestClient(app(desk, TOKEN), base_url="http://127.0.0.1:8000")


QUESTION = "model=random&game=chicken&situation=1&telling=0&layer=2&direction=history"


@pytest.mark.parametrize(
    "path", ["", "view.js", "view.css", "offered", f"look?{QUESTION}&strength=1"]
)
def test_nothing_is_given_without_the_token(client, path):
    assert client.get(f"/{TOKEN}/{path}").status_code == 200
    for wrong in ("/" + path, f"/{TOKEN[:-1]}/{path}", f"/{TOKEN}x/{path}", f"//{path}"):
        answer = client.get(wrong)
        assert answer.status_code == 404 and TOKEN not in answer.text


@pytest.mark.parametrize("host", ["example.org", "example.org:8000", "127.0.0.1.example.org", ""])
def test_a_name_that_is_not_this_machine_is_refused(client, host):
    """A page elsewhere whose name is made to lead here (DNS rebinding) says another Host."""
    assert client.get(f"/{TOKEN}/", headers={"host": host}).status_code == 400


def test_a_wrong_question_is_one_line_and_no_traceback(client):
    for more in ("strength=much", "strength=nan", "", "strength=1&layer=99"):
        answer = client.get(f"/{TOKEN}/look?{QUESTION}&{more}")
        assert answer.status_code == 400 and "\n" not in answer.json()["error"]


def test_a_page_may_load_nothing_but_its_own_files(client):
    policy = client.get(f"/{TOKEN}/").headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
