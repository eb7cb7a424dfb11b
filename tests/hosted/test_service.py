"""Where a service is, and which key goes to whom."""

import pytest

from nashscope.errors import Misuse, ModelRefused, UnknownName
from nashscope.models import load
from nashscope.models.hosted import service


def test_a_service_is_described_by_its_own_variables(monkeypatch):
    monkeypatch.setenv("MY_LAB_BASE_URL", "http://localhost:1/v1")
    monkeypatch.setenv("MY_LAB_API_KEY", "secret-key")
    own = service("my-lab")
    assert (own.base_url, own.key) == ("http://localhost:1/v1", "secret-key")


def test_the_key_of_openai_does_not_go_to_another_server(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    monkeypatch.setenv("LOCAL_BASE_URL", "http://localhost:1/v1")
    assert service("local").key == "none"
    monkeypatch.delenv("LOCAL_BASE_URL")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:2/v1")
    assert service("local").key == "sk-mine"
    assert service("openai").base_url == "http://localhost:2/v1"


def test_openai_needs_no_base_url_but_a_key(monkeypatch):
    with pytest.raises(ModelRefused, match="OPENAI_API_KEY is not set"):
        service("openai")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    assert service("openai").base_url == "https://api.openai.com/v1"


def test_a_file_describes_services_and_the_environment_comes_first(apart, monkeypatch):
    file = apart / "own.yaml"
    file.write_text(
        "services:\n  lab: {base_url: 'http://lab/v1', key_variable: LAB_SECRET, concurrency: 3}\n"
        "  other: {base_url: 'http://other/v1', key_file: " + str(apart / "key") + "}\n"
    )
    (apart / "key").write_text("from-a-file\n")
    monkeypatch.setenv("NASHSCOPE_SERVICES", str(file))
    with pytest.raises(Misuse, match="LAB_SECRET"):
        service("lab")
    monkeypatch.setenv("LAB_SECRET", "kept-apart")
    own = service("lab")
    assert (own.key, own.concurrency) == ("kept-apart", 3)
    assert service("other").key == "from-a-file"
    assert service("lab", concurrency=5).concurrency == 5
    monkeypatch.setenv("LAB_BASE_URL", "http://elsewhere/v1")
    assert service("lab").base_url == "http://elsewhere/v1"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("services: [a, b]", "two tables"),
        ("servces: {}", "two tables"),
        ("services: {lab: {base_url: 'ftp://x'}}", "begins with http"),
        ("services: {lab: {base_url: 'http://x', key: sk-private, timeout: soon}}", "timeout"),
        (
            "services: {lab: {base_url: 'http://x', key: {sk-private: 1}, concurrency: 0}}",
            "least 1",
        ),
        ("services: {lab: {base_url: 'http://x', key_file: /nowhere}}", "nowhere"),
        ("services: {", "line 1 is not YAML"),
        ("services: {lab: sk-private}", "lab must be a table"),
        ("services: {lab: {base_url: 'http://x', timeout: .nan}}", "timeout is above 0"),
        ("services: {lab: {base_url: 'http://x', concurency: 3}}", "did you mean concurrency"),
        ("services: {lab: {base_url: 'http://x', key: sk-privaté}}", "signs that no key has"),
        ("prices: 3", "prices"),
    ],
)
def test_a_wrong_file_is_one_line_without_secrets(apart, monkeypatch, content, says):
    file = apart / "own.yaml"
    file.write_text(content)
    monkeypatch.setenv("NASHSCOPE_SERVICES", str(file))
    with pytest.raises(Misuse, match=says) as wrong:
        load("openai-api/lab/model")
    assert "sk-private" not in str(wrong.value) and "\n" not in str(wrong.value)


@pytest.mark.parametrize("name", ["openai-api/lab", "openai-api/lab/", "openai-api//x"])
def test_a_name_has_a_service_and_a_model(name):
    with pytest.raises(UnknownName, match="SERVICE/MODEL"):
        load(name)


def test_where_nothing_is_said_the_variables_are_named():
    with pytest.raises(ModelRefused, match="LAB_BASE_URL"):
        load("openai-api/lab/some/model")
