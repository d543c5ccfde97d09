"""A real browser, if there is one: pages opened at the widths of a phone and a desktop, light and dark."""

import json
import os
import shutil
import sys
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
AXE = Path(os.environ.get("DLF_AXE", f"{sys.prefix}/axe")) / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = "const done = arguments[arguments.length - 1]; axe.run(document).then(found => done(found.violations))"
HOSTILE = '<script>document.title = "owned"</script><img src=x onerror="document.title=\'owned\'">'


def start(folder: Path):
    """A browser with a profile of its own."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={folder}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return webdriver.Chrome(options, webdriver.ChromeService(DRIVER))


def open_page(browser, path: Path, width: int, scheme: str = "light", media: str = "screen") -> None:
    browser.get_log("performance")
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": scheme})
    browser.get(path.as_uri())


def asked_for(browser, path: Path) -> set[str]:
    """Every address that a page asked for, without what is inside of it."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    ours = {request["request"]["url"] for request in sent if request["documentURL"].startswith(path.as_uri())}
    return {url for url in ours if not url.startswith("data:")}


def findings(browser) -> list[str]:
    """What axe-core finds on the open page that keeps people out: each rule, and the first place."""
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    found = browser.execute_async_script(RUN_AXE)
    grave = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in grave]
