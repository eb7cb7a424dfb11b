"""The live page: from a move of the slider to the picture, in a browser, for the demo organism."""

import shutil
import statistics
import threading
from collections.abc import Iterator
from pathlib import Path

from timing import Row

MODEL = "organism/late-override"
BAR = 100.0
"""Milliseconds; a person sees a picture that follows within this as following the hand."""
MOVES = 60


def rows() -> Iterator[Row]:
    """The median and the 95th percentile of many moves, replay, lens and drawing included."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    from nashscope.view import desk, serve

    told, found = threading.Event(), []

    def tell(address: str) -> None:
        found.append(address)
        told.set()

    threading.Thread(target=serve, args=(desk(MODEL), tell), daemon=True).start()
    told.wait(60)
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        driver.get(found[0])
        script = (Path(__file__).parent / "view.js").read_text(encoding="utf-8")
        driver.set_script_timeout(120)
        taken = sorted(float(ms) for ms in driver.execute_async_script(script, MOVES))
    finally:
        driver.quit()
    late = taken[int(0.95 * len(taken))]
    yield Row("slider to picture, median", f"{statistics.median(taken):.1f} ms", "", None)
    yield Row(
        "slider to picture, 95th percentile", f"{late:.1f} ms", f"at most {BAR:g} ms", late <= BAR
    )
