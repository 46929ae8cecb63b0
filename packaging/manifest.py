"""What zips.toml says, checked."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

MANIFEST = Path(__file__).with_name("zips.toml")


class Zip(NamedTuple):
    """One zip: its name, the template's parameter that takes its key, and what goes in it."""

    name: str
    parameter: str
    modules: list[str]
    most_megabytes: int
    dependencies: str | None = None
    authorities: str | None = None

    @property
    def is_layer(self) -> bool:
        """Whether it is laid under functions."""
        return self.name.endswith("-layer")

    @property
    def root(self) -> str:
        """Where Python finds its modules: Lambda unpacks layers at /opt, a function at /var/task."""
        return "python/" if self.is_layer else ""


class Manifest(NamedTuple):
    """All zips, layers first."""

    zips: list[Zip]
    elsewhere: list[str]
    runtime: str
    unused: list[str]

    def places(self, module: str) -> list[str]:
        """Return the zips that a module goes in; `elsewhere` is the place of what goes in none."""
        places = {zipped.name: zipped.modules for zipped in self.zips} | {"elsewhere": self.elsewhere}
        return [name for name, modules in places.items() if any(_covers(entry, module) for entry in modules)]

    def sort(self, modules: Iterable[str]) -> dict[str, list[str]]:
        """Return which modules go in which zip.

        Raises:
            ValueError: a module has no place, or several.
        """
        sorted_out: dict[str, list[str]] = {name: [] for name in (*(zipped.name for zipped in self.zips), "elsewhere")}
        for module in sorted(modules):
            places = self.places(module)
            if len(places) != 1:
                where = " and ".join(places) or "no zip"
                raise ValueError(f"{module} goes in {where}; packaging/zips.toml must give it exactly one place.")
            sorted_out[places[0]].append(module)
        return sorted_out


def _covers(entry: str, module: str) -> bool:
    return module.startswith(entry) if entry.endswith("/") else module == entry


def read(path: Path = MANIFEST) -> Manifest:
    """Read the manifest."""
    said: dict[str, Any] = tomllib.loads(path.read_text())
    zips = [Zip(name=name, **zipped) for name, zipped in said["zips"].items()]
    return Manifest(zips, said["elsewhere"], said["runtime"], said["unused"])
