"""One version, explained, and unique for each build."""

import subprocess
import sys
from pathlib import Path

import pytest

from delivery.release import InvalidRelease, Release, read


def tree(folder: Path, version: str, changelog: str) -> Path:
    (folder / "pyproject.toml").write_text(f'[project]\nname = "x"\nversion = "{version}"\n')
    (folder / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    return folder


def test_the_repository_itself_passes() -> None:
    assert read(Path(__file__).parents[2]).version


@pytest.mark.parametrize(
    ("changelog", "released"),
    [
        ("## 1.10.0 — not yet released\n\n- x\n\n## 1.9.0 — 2026-01-31\n", False),
        ("# C\n## 1.10.0 — 2026-02-28\n", True),
    ],
)
def test_a_section_with_a_date_is_a_release(tmp_path: Path, changelog: str, released: bool) -> None:
    assert read(tree(tmp_path, "1.10.0", changelog)) == Release("1.10.0", released)


@pytest.mark.parametrize(
    ("version", "changelog", "fault"),
    [
        ("1.1.0", "## 1.0.0 — 2026-01-31\n", "first section must be `## 1.1.0"),
        ("1.1.0", "# Changelog\n", "first section must be"),
        ("1.1.0", "## 1.1.0 - 2026-01-31\n", "is not `## 1.2.3"),
        ("1.1.0", "## 1.1.0 — 2026-02-30\n", "is not `## 1.2.3"),
        ("1.1.0", "## 1.1.0 — soon\n", "is not `## 1.2.3"),
        ("1.1.0", "## 1.1.0 — not yet released\n## 1.0.0 — not yet released\n", "1.0.0 has a later section"),
        ("1.1.0", "## 1.1.0 — not yet released\n## 1.2.0 — 2026-01-31\n", "don't go down"),
        ("1.1", "## 1.1 — not yet released\n", "not major.minor.patch"),
    ],
)
def test_a_version_without_its_explanation_is_refused(tmp_path: Path, version: str, changelog: str, fault: str) -> None:
    with pytest.raises(InvalidRelease, match=fault):
        read(tree(tmp_path, version, changelog))


@pytest.mark.parametrize(("when", "expected"), [("not yet released", "1.1.0.dev42"), ("2026-01-31", "1.1.0")])
def test_a_build_before_the_release_gets_a_version_of_its_own(tmp_path: Path, when: str, expected: str) -> None:
    folder = tree(tmp_path, "1.1.0", f"## 1.1.0 — {when}\n")
    program = [sys.executable, "-m", "delivery.release", "--build", "42"]
    done = subprocess.run(
        program,
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == expected + "\n"
    assert f'version = "{expected}"' in (folder / "pyproject.toml").read_text()
