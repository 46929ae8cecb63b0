"""Measure how soon the console shows itself on a slow line and machine: 1.6 Mbit/s, 150 ms, a quarter of the CPU."""

import statistics

from browsers import launch
from playwright.sync_api import Browser, sync_playwright
from screenshots import sample

_TIMES = 5
_PAINT = """new Promise(resolve => new PerformanceObserver(list => {
    const last = list.getEntries().at(-1);
    setTimeout(() => resolve(last.startTime), 500);
}).observe({type: 'largest-contentful-paint', buffered: true}))"""


def _largest_paint(browser: Browser, url: str) -> float:
    """Return when the largest part was painted, in milliseconds, without anything in the browser's store."""
    context = browser.new_context(viewport={"width": 1360, "height": 900}, locale="en-GB")
    page = context.new_page()
    session = context.new_cdp_session(page)
    line = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", line)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(url, wait_until="networkidle")
    painted = float(page.evaluate(_PAINT))
    context.close()
    return painted


def main() -> None:
    """Measure, and print the median."""
    with sample() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        found = sorted(_largest_paint(browser, server.url) for _ in range(_TIMES))
        browser.close()
    print(
        f"Largest contentful paint: {statistics.median(found):.0f} ms ({found[0]:.0f}-{found[-1]:.0f}, {_TIMES} loads)"
    )


if __name__ == "__main__":
    main()
