"""The version: written in pyproject.toml alone, explained in the changelog, unique for each build of a pipeline."""

import argparse
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

UNRELEASED = "not yet released"
_HEADING = re.compile(r"^## (?P<version>\S+) — (?P<when>.+)$")
_VERSION = re.compile(r"^\d+\.\d+\.\d+$")


class InvalidRelease(Exception):
    """The version and the changelog don't agree."""


@dataclass(frozen=True)
class Release:
    """The version of this tree, and whether its section in the changelog has a date."""

    version: str
    released: bool

    def stamped(self, build: int) -> str:
        """Return the version of a pipeline's build: before its release, a version is published many times over."""
        return self.version if self.released else f"{self.version}.dev{build}"


def read(folder: Path) -> Release:
    """Read the version; raise `InvalidRelease` unless the changelog begins with its section and goes down."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = str(project["version"])
    if not _VERSION.match(version):
        raise InvalidRelease(f"pyproject.toml: version {version} is not major.minor.patch")
    sections = _sections((folder / "CHANGELOG.md").read_text(encoding="utf-8"))
    if not sections or sections[0][0] != version:
        raise InvalidRelease(f"CHANGELOG.md: the first section must be `## {version} — a date, or {UNRELEASED}`")
    numbers = [tuple(map(int, number.split("."))) for number, _ in sections]
    if numbers != sorted(set(numbers), reverse=True):
        raise InvalidRelease("CHANGELOG.md: the versions of the sections don't go down")
    for number, when in sections[1:]:
        if when == UNRELEASED:
            raise InvalidRelease(f"CHANGELOG.md: {number} has a later section, so it needs its date")
    return Release(version, released=sections[0][1] != UNRELEASED)


def _sections(text: str) -> list[tuple[str, str]]:
    sections = []
    for line in text.splitlines():
        if not line.startswith("## "):
            continue
        heading = _HEADING.match(line)
        if not heading or not _VERSION.match(heading["version"]) or not _dated(heading["when"]):
            raise InvalidRelease(f"CHANGELOG.md: `{line}` is not `## 1.2.3 — 2026-01-31` or `… — {UNRELEASED}`")
        sections.append((heading["version"], heading["when"]))
    return sections


def _dated(when: str) -> bool:
    try:
        return when == UNRELEASED or date.fromisoformat(when).isoformat() == when
    except ValueError:
        return False


def main() -> None:
    """Check, or stamp this tree for a build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=int, help="the number of a pipeline's build; without it nothing is written")
    arguments = parser.parse_args()
    try:
        release = read(Path())
    except InvalidRelease as refused:
        sys.exit(str(refused))
    if arguments.build is not None:
        stamped = release.stamped(arguments.build)
        subprocess.run([Path(sys.executable).parent / "uv", "version", "--frozen", "--quiet", stamped], check=True)
        print(stamped)


if __name__ == "__main__":
    main()
