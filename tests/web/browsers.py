"""The browser: the system's, or else the one that comes with the packages of `web/`."""

import os
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Browser, Playwright

WEB = Path(__file__).parents[2] / "web"


def launch(playwright: Playwright) -> Browser:
    """Start a browser without a window."""
    path, more = _chromium()
    # In a container there is little shared memory, and nobody to be kept out by a sandbox.
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"]
    return playwright.chromium.launch(executable_path=path, args=arguments, env={**os.environ, **more})


def _chromium() -> tuple[str, dict[str, str]]:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found, {}
    path = WEB / "node_modules" / ".chromium" / "chromium"
    assert path.exists(), f"run `make {path.relative_to(WEB.parent)}` first, as `make test` does"
    missing = "not found" in subprocess.run(["ldd", path], capture_output=True, text=True, check=True).stdout
    return str(path), {"LD_LIBRARY_PATH": str(path.parent / "al2023" / "lib")} if missing else {}
