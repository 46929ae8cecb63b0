"""Everything that is installed is locked by hash, listed, looked up, and no secret lies in the tree."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from delivery.standins import advisories

ROOT = Path(__file__).parents[2]


def make(*words: str, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["make", *words], cwd=cwd, capture_output=True, text=True, check=False)


def test_every_locked_package_has_its_hash() -> None:
    export = ["uv", "export", "--frozen", "--quiet", "--all-extras", "--all-groups", "--no-emit-project"]
    listed = subprocess.run(
        [ROOT / ".venv" / "bin" / export[0], *export[1:]], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    packages = re.split(r"\n(?=[a-z0-9])", "\n" + re.sub(r"^#.*\n", "", listed, flags=re.MULTILINE))[1:]
    assert len(packages) > 50
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_every_locked_npm_package_has_its_hash() -> None:
    locks = [path for path in ROOT.glob("*/**/package-lock.json") if "node_modules" not in path.parts]
    assert ROOT / "delivery" / "package-lock.json" in locks
    for lock in locks:
        for name, package in json.loads(lock.read_text())["packages"].items():
            assert not name or package.get("link") or package["integrity"].startswith("sha512-"), f"{lock}: {name}"


def test_the_list_of_parts_is_that_of_the_product(tmp_path: Path) -> None:
    assert make("sbom", f"DIST={tmp_path}").returncode == 0
    bill = json.loads((tmp_path / "sbom.cdx.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert bill["metadata"]["component"]["name"] == "hikiate"
    names = {part["name"] for part in bill["components"]}
    assert {"sqlalchemy", "psycopg", "typer", "mangum", "aws-lambda-powertools"} <= names
    assert not {"pytest", "ruff", "boto3"} & names
    assert all(part["purl"].startswith("pkg:pypi/") for part in bill["components"])


def test_a_vulnerable_package_stops_the_pipeline() -> None:
    with advisories({}) as service:
        assert make("audit", f"AUDIT_ARGS=--service-url {service}").returncode == 0
    with advisories({"msgspec": ["PYSEC-2026-1"]}) as service:
        done = make("audit", f"AUDIT_ARGS=--service-url {service}")
    assert done.returncode != 0
    assert "PYSEC-2026-1" in done.stdout + done.stderr


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with our Makefile and nothing to hide."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("uv.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text('password = "made-up-3kd83jd"\n')
    (tmp_path / "README.md").write_text("postgresql://user:password@host/name\n")
    (tmp_path / ".gitignore").write_text(".venv\n")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (None, ""),
        ("src.py", 'password = "x9-kd83jd-2k"'),
        ("README.md", "postgresql://user:hunter22@host/name"),
        ("tests/keys.py", 'key = "AKIA' + 'IOSFODNN7EXAMPLF"'),
        ("infra/app.yml", "-----BEGIN RSA PRIVATE " + "KEY-----"),
    ],
)
def test_a_secret_in_the_tree_fails_the_check(tree: Path, file: str | None, line: str) -> None:
    if file:
        (tree / file).parent.mkdir(exist_ok=True)
        (tree / file).write_text(line + "\n")
    subprocess.run(["git", "add", "--all"], cwd=tree, check=True)
    # The environment is this one's, and set up already.
    done = make("leaks", "--assume-old=.venv/.ready", cwd=tree)
    assert (done.returncode == 0) == (file is None), done.stdout
    assert (file or "") in done.stdout
