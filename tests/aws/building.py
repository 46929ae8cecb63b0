"""The zips, built for this machine."""

import os
import subprocess
import sys
from pathlib import Path

from machines import ROOT

LAYERS = ("models-layer", "database-layer", "schemas-layer")
FUNCTIONS = ("main", "allocation")
TARGET = {
    "python": f"{sys.version_info.major}.{sys.version_info.minor}",
    "architecture": "arm64" if os.uname().machine == "aarch64" else "x86_64",
}


def build(folder: Path, **target: str) -> None:
    """Build the zips for a target, as `make build` does for AWS."""
    options = [f"--{name}={value}" for name, value in (TARGET | target).items()]
    subprocess.run([sys.executable, ROOT / "packaging" / "build.py", *options, f"--output={folder}"], check=True)
