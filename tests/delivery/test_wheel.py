"""What is released installs into an empty environment and runs there, as pipx would have it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from projects import ROOT

UV = Path(sys.executable).parent / "uv"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel and sdist: those that the pipeline built, or such as are built now."""
    if built := os.environ.get("HIKIATE_DIST"):
        return ROOT / built
    folder = tmp_path_factory.mktemp("dist")
    command = [UV, "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder, ROOT]
    subprocess.run(command, check=True)
    return folder


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The versions of the lock, so that the test is of our wheel and not of the day's releases."""
    file = tmp_path_factory.mktemp("locked") / "constraints.txt"
    wanted = ["--frozen", "--no-dev", "--all-extras", "--no-emit-project", "--no-hashes", "--quiet"]
    subprocess.run([UV, "export", *wanted, "--output-file", file], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return file


@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_an_empty_environment_runs_the_demonstration(
    dist: Path, locked: Path, server_folder: Path, tmp_path: Path, kind: str
) -> None:
    (release,) = dist.glob(kind)
    version = release.name.split("-")[1].removesuffix(".tar.gz")
    empty = tmp_path / "environment"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, empty], check=True)
    install = [UV, "pip", "install", "--quiet", "--python", empty, "--constraints", locked]
    subprocess.run([*install, f"hikiate[local] @ {release.as_uri()}"], check=True)
    # Nothing of this tree or its environment is within reach.
    bare = {"PATH": f"{empty}/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(tmp_path), "COLUMNS": "80"}

    def hikiate(*words: str) -> str:
        command = [empty / "bin" / "hikiate", *words]
        environment = {**bare, "HIKIATE_DATA_DIR": str(server_folder)}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=240
        ).stdout

    assert hikiate("--version") == f"hikiate {version}\n"
    assert "Run 1, by FEFO:" in hikiate("demo")


def test_the_wheel_holds_what_runs_and_nothing_else(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names} == {"hikiate", f"{'-'.join(wheel.name.split('-')[:2])}.dist-info"}
    assert any(name.startswith("hikiate/migrations/versions/") for name in names)
    console = [(ROOT / "src/hikiate/console/index.html").is_file(), (dist / "console" / "index.html").is_file()]
    assert ("hikiate/console/index.html" in names) == any(console)
