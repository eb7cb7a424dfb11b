"""The live page, driven as a person drives it: sliders move policy and lens."""

import threading

import pytest

from nashscope.games import game
from nashscope.models import load
from nashscope.view import Desk, serve

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(random_model):
    """The address of a live page of a small random model."""
    pytest.importorskip("uvicorn")
    model = load(f"hf/{random_model}")
    desk = Desk({"random": model}, {name: game(name) for name in ("chicken", "matching_pennies")})
    told, found = threading.Event(), []

    def tell(line):
        found.append(line)
        told.set()

    threading.Thread(target=serve, args=(desk, tell), daemon=True).start()
    assert told.wait(120)
    return found[0]


def shown(driver, **wanted):
    """Waits until what is asked for is on the page; gives the policy and the lens as drawn."""
    from selenium.webdriver.support.ui import WebDriverWait

    def there(driver):
        asked = driver.execute_script("return document.documentElement.dataset.shown") or ""
        pairs = dict(pair.split("=") for pair in asked.split("&") if pair)
        return all(pairs.get(name) == value for name, value in wanted.items())

    WebDriverWait(driver, 120).until(there)
    return (
        [e.text for e in driver.find_elements("css selector", "#policy .value")],
        driver.execute_script(
            "return [...document.querySelectorAll('#lens polyline.edited')]"
            ".map(l => l.getAttribute('points'))"
        ),
        driver.execute_script(
            "return [...document.querySelectorAll('#lens polyline.plain')]"
            ".map(l => l.getAttribute('points'))"
        ),
    )


def slide(driver, name, value):
    """Moves a slider, as dragging it does."""
    driver.execute_script(
        "const s = document.querySelector(`[name=${arguments[0]}]`); s.value = arguments[1];"
        "s.dispatchEvent(new Event('input', { bubbles: true }));",
        name,
        value,
    )


def test_policy_and_lens_move_with_the_slider(driver, address):
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select

    driver.get_log("browser")
    driver.get(address)
    policy, lens, plain = shown(driver, strength="0", layer="2")
    assert lens == plain and len(policy) == 2
    slide(driver, "strength", "4")
    moved, bent, same = shown(driver, strength="4")
    assert moved != policy and bent != lens and same == plain
    slide(driver, "layer", "4")
    _, later, _ = shown(driver, layer="4", strength="4")
    assert later[0].split()[:4] == plain[0].split()[:4]  # nothing below the edit moves
    assert later[0].split()[4] != plain[0].split()[4]
    Select(driver.find_element("css selector", "[name=game]")).select_by_value("matching_pennies")
    shown(driver, game="matching_pennies")
    driver.find_element("css selector", "#reset").click()
    back, lens, plain = shown(driver, strength="0", game="matching_pennies")
    assert lens == plain and back != policy
    driver.find_element("css selector", "[name=strength]").send_keys(Keys.ARROW_RIGHT)
    shown(driver, strength="0.1")
    assert driver.get_log("browser") == []


@pytest.mark.parametrize("width", [400, 1600])
def test_the_live_page_is_no_wider_than_the_window(driver, address, width):
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    driver.get(address)
    shown(driver, strength="0")
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
