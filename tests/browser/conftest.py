"""A headless browser, where there is one or one can be installed; else the tests say why not."""

import os
import shutil
import subprocess
import sys

import pytest


def installed():
    """The paths of Chromium and its driver, installed first where that is possible."""
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        if not sys.platform.startswith("linux") or shutil.which("apt-get") is None:
            pytest.skip("no chromium and chromedriver here, and no apt-get to install them with")
        if os.geteuid() != 0:
            pytest.skip("no chromium and chromedriver here, and only root may install them")
        for command in ("update", "install -y chromium chromium-driver"):
            ran = subprocess.run(
                ["apt-get", "-q", *command.split()],
                capture_output=True,
                text=True,
                timeout=600,
                check=False,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
            if ran.returncode:
                pytest.skip(f"chromium could not be installed: {ran.stderr.strip()[-200:]}")
    return shutil.which("chromium"), shutil.which("chromedriver")


@pytest.fixture(scope="session")
def driver():
    """A browser of which every request and every line in the console is kept."""
    webdriver = pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.chrome.service import Service

    binary, service = installed()
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    made = webdriver.Chrome(options=options, service=Service(service))
    yield made
    made.quit()
