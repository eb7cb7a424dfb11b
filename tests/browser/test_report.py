"""The report as a person meets it: in a browser, narrow and wide, with hostile text in it."""

import json

import pytest

from nashscope.agents import agent
from nashscope.play import Cell, Reading, play, questions
from nashscope.play.store.run import open_run
from nashscope.report import Figure, Page, Panel, Section, Table, curve, matches, matrix, write_page

pytestmark = pytest.mark.slow

HOSTILE = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"
LENS = ((0.5, 0.5), (0.25, 0.75), (0.125, 0.875))


def lines(game, value):
    """Rows of two series, one of them with a hostile name."""
    return [
        {"game": game, "round": k, "pair": pair, "value": value, "low": 0.0, "high": 1.0, "n": 3}
        for k in range(1, 5)
        for pair in ("one vs two", HOSTILE)
    ]


def chart(rows):
    """A curve over the rounds."""
    order = ["one vs two", HOSTILE]
    given = {"x_title": "round", "y_title": "distance", "series": "pair", "order": order}
    return curve(rows, x="round", **given)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A run of a scripted model that answers with markup, and its report."""
    cell = Cell("prisoners_dilemma", (f"fake/scripted:{HOSTILE}", "fake/uniform"), 4, matches=2)
    cast = {name: agent(name) for name in cell.agents}
    run = open_run(tmp_path_factory.mktemp("runs") / "run", {"study": "x"})
    with run:
        play([cell], lambda name, _: cast[name], keep=run.keep)
        run.keep_cells([cell])
        run.readings.replace([Reading(cell.id, 1, 2, 0, LENS)])
    events = run.events()
    rows = lines("Chicken", 0.2) + lines("Stag hunt", 0.4)
    panels = [
        Panel(game, chart([row for row in rows if row["game"] == game]), {"game": game})
        for game in ("Chicken", "Stag hunt")
    ]
    squares = matrix(rows, x="round", y="pair", x_title="round", y_title="", value_title="d")
    blocks = [
        Table(["What", "Long"], [[HOSTILE, "word " * 60], ["b" * 200, "1"]], title=HOSTILE),
        Figure("lines", "Lines", HOSTILE, panels, rows, ["one vs two", HOSTILE]),
        Figure("squares", "Squares", "A matrix.", [("", squares)], rows),
        matches(run),
    ]
    page = Page(HOSTILE, HOSTILE, [HOSTILE], [Section("all", "All", blocks)], {HOSTILE: HOSTILE})
    return write_page(run, page), cell, events


def opened(driver, path, width=1600, theme="light"):
    """Opens the page in a window of this width, and waits until it is drawn."""
    from selenium.webdriver.support.ui import WebDriverWait

    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    media = [{"name": "prefers-color-scheme", "value": theme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    driver.get_log("browser"), driver.get_log("performance")
    driver.get(path.as_uri())
    both = "const d = document.documentElement.dataset; return d.drawn && d.browsed"
    WebDriverWait(driver, 120).until(lambda d: d.execute_script(both) == "true")


def found(driver, selector):
    """All elements of a selector."""
    return driver.find_elements("css selector", selector)


def test_it_loads_without_an_error_and_without_a_request(driver, report):
    path, _, _ = report
    opened(driver, path)
    assert driver.get_log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]


def test_the_figures_are_drawn_and_a_menu_chooses_among_their_panels(driver, report):
    from selenium.webdriver.support.ui import Select

    opened(driver, report[0])
    assert (
        len(
            found(driver, "#figure-lines .panel:not([hidden]) svg.marks path[aria-roledescription]")
        )
        > 0
    )
    assert len(found(driver, "#figure-squares svg.marks rect, #figure-squares svg.marks path")) > 8

    def titles():
        return [e.text for e in found(driver, "#figure-lines .panel:not([hidden]) h4")]

    assert titles() == ["Chicken"]
    Select(found(driver, "#figure-lines select")[0]).select_by_visible_text("Stag hunt")
    assert titles() == ["Stag hunt"]
    Select(found(driver, "#figure-lines select")[0]).select_by_visible_text("all")
    assert titles() == ["Chicken", "Stag hunt"]


def test_a_script_that_a_model_wrote_is_shown_and_does_not_run(driver, report):
    opened(driver, report[0])
    assert driver.execute_script("return window.hacked") is None
    assert HOSTILE in [e.text for e in found(driver, "pre.reply")]
    assert found(driver, "h1")[0].text == HOSTILE
    assert found(driver, "main img, main script") == []


def test_the_browser_shows_every_prompt_reply_and_policy(driver, report):
    from selenium.webdriver.support.ui import Select

    path, cell, events = report
    opened(driver, path)
    assert found(driver, "select[name=game]")[0].text == "prisoners-dilemma"
    for number in (0, 1):
        Select(found(driver, "select[name=match]")[0]).select_by_value(str(number))
        own = [event for event in events if event.match == number]
        asked = {
            event.round: question.prompt(cell.mode)
            for event, question in questions(cell, number, own)
            if event.player == 0
        }
        for round in range(4):
            assert found(driver, ".rounds output")[0].text == f"round {round + 1} of 4"
            prompt = driver.execute_script(
                "return document.querySelector('.prompt pre').textContent"
            )
            assert prompt == asked[round]
            shown = [e.text for e in found(driver, ".decision .chosen")]
            seats = sorted((e for e in own if e.round == round), key=lambda e: e.player)
            assert shown[0] == seats[0].decision.outcome
            likely = [e.text for e in found(driver, ".decision .bar .value")]
            assert len(shown) == 2 and likely == ["0.500", "0.500"]
            found(driver, ".rounds button")[1].click()


def test_the_lens_is_shown_where_it_was_read_and_nowhere_else(driver, report):
    opened(driver, report[0])
    option = found(driver, "select[name=match] option")
    assert [e.text for e in option] == ["1", "2, with the lens"]
    option[1].click()
    seen = []
    for _ in range(4):
        seen.append([e.get_attribute("textContent") for e in found(driver, ".decision circle")])
        found(driver, ".rounds button")[1].click()
    assert [len(dots) for dots in seen] == [0, 0, 6, 0]
    assert seen[2][2].endswith("after layer 2: 0.125") and seen[2][5].endswith("layer 2: 0.875")


def test_the_rounds_are_reached_by_keyboard_alone(driver, report):
    from selenium.webdriver.common.keys import Keys

    opened(driver, report[0])
    driver.execute_script("document.querySelector('.rounds input').focus()")
    driver.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert found(driver, ".rounds output")[0].text == "round 2 of 4"
    reached = driver.execute_script(
        "return [...document.querySelectorAll('select, button, summary, a[href], input, .table')]"
        ".every(e => e.tabIndex >= 0)"
    )
    assert reached


@pytest.mark.parametrize("width", [400, 1600])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(driver, report, width, theme):
    opened(driver, report[0], width, theme)
    wide, window = driver.execute_script(
        "return [document.documentElement.scrollWidth, window.innerWidth]"
    )
    assert window == width and wide <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_the_paper_in_both_themes(driver, report, theme):
    opened(driver, report[0], 1600, theme)
    colours = driver.execute_script(
        "const at = (s, p) => getComputedStyle(document.querySelector(s))[p];"
        "return [at('body', 'color'), at('html', 'backgroundColor'), at('figcaption', 'color'),"
        " at('svg.marks text', 'fill')]"
    )
    ink, paper, soft, ticks = map(luminance, colours)
    for text in (ink, soft, ticks):
        light, dark = max(text, paper), min(text, paper)
        assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


def luminance(colour):
    """Relative luminance of `rgb(r, g, b)` or `#rrggbb` (WCAG 2.2)."""
    import re

    if colour.startswith("#"):
        parts = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    else:
        parts = [int(x) for x in re.findall(r"\d+", colour)[:3]]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (p / 255 for p in parts)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
