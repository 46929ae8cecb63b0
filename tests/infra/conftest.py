"""An emulated account, and a build to deploy into it."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from emulator import Emulator, adapted_folder

from policy.templates import INFRA

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]

HANDLER = """
import json
def handler(event, context):
    body = json.dumps({"caller": (event.get("requestContext") or {}).get("authorizer"), "release": "RELEASE"})
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": body, "revision": "0001"}
"""


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    """An empty account."""
    emulator = Emulator(tmp_path / "emulator.log")
    yield emulator
    emulator.stop()


@pytest.fixture
def infra(tmp_path: Path) -> Path:
    """The templates and parameters, as far as the emulator knows them."""
    return adapted_folder(tmp_path / "infra")


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A build: functions that answer who called, and a console of two files."""
    dist = tmp_path / "dist"
    (dist / "console" / "assets").mkdir(parents=True)
    (dist / "console" / "index.html").write_text("<!doctype html><title>hikiate</title>")
    (dist / "console" / "assets" / "app-1.js").write_text("")
    (dist / "hikiate-1.2.3.dev4-py3-none-any.whl").write_bytes(b"")
    build(dist, "1")
    return dist


@pytest.fixture
def deployment(emulator: Emulator, infra: Path, dist: Path) -> Run:
    """Run the deployment program on the emulated account."""

    def run(
        verb: str, *more: str, answer: str = "", environment: str = "development"
    ) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "deployment", verb, "--environment", environment, "--infra", str(infra)]
        quick = ["--dist", str(dist), "--pause-seconds", "0.05", "--watch-minutes", "0"]
        clean = {name: value for name, value in os.environ.items() if name != "CI"}
        return subprocess.run(
            [*command, *quick, *more],
            cwd=INFRA,
            env=clean | emulator.environment,
            input=answer,
            capture_output=True,
            text=True,
        )

    return run


def build(dist: Path, release: str, handler: str = HANDLER) -> dict[str, str]:
    """Build a release whose functions tell its name; return the keys of its zips."""
    zips = dist / "aws"
    zips.mkdir(exist_ok=True)
    names = {
        "MainCodeKey": "main",
        "AllocationCodeKey": "allocation",
        "ModelsLayerKey": "models-layer",
        "DatabaseLayerKey": "database-layer",
        "SchemasLayerKey": "schemas-layer",
    }
    keys: dict[str, str] = {}
    for parameter, name in names.items():
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            if "layer" in name:
                archive.writestr(f"python/{name.replace('-', '_')}.py", "")
            else:
                for module in ("main", "allocation", "migration"):
                    archive.writestr(f"hikiate/handlers/{module}.py", handler.replace("RELEASE", release))
        keys[parameter] = f"{name}-{hashlib.sha256(file.getvalue()).hexdigest()[:16]}.zip"
        (zips / keys[parameter]).write_bytes(file.getvalue())
    (zips / "parameters.json").write_text(json.dumps(keys))
    return keys
