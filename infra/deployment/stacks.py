"""The stacks: their order, their templates, and what an environment gives them as parameters."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from deployment.trouble import Refused

FOLDER = Path(__file__).parents[1]
ORDER = ("network", "data", "app", "api", "web")
"""Each needs those before it."""

_ENVIRONMENT = re.compile(r"[a-z][a-z0-9]{1,15}")
PASSED_ON = {
    "DatabaseHost": ("data", "DatabaseHost"),
    "DatabaseProxied": ("data", "DatabaseProxied"),
    "DatabasePort": ("data", "DatabasePort"),
    "DatabaseInstance": ("data", "RDSInstance"),
}
"""Parameters that are outputs of a stack before: what may change. An export could not while somebody imports it."""
_SET_BY_DEPLOYMENT = {"Environment", "Release", "MainTrafficVersion", "AllocationTrafficVersion", *PASSED_ON}


class Stack(NamedTuple):
    """One stack of one environment."""

    kind: str
    name: str
    template: str
    parameters: dict[str, str]

    def released(self, parameters: Mapping[str, str]) -> "Stack":
        """Return the stack with those more parameters that it declares, and with the name of what all that makes."""
        known = declared(self.template)
        given = {**self.parameters, **{name: value for name, value in parameters.items() if name in known}}
        if "Release" in known:
            content = repr((self.template, sorted(given.items())))
            given["Release"] = hashlib.sha256(content.encode()).hexdigest()[:16]
        return self._replace(parameters=given)

    def with_traffic(self, versions: Mapping[str, str]) -> "Stack":
        """Return the stack with traffic on the given versions; on its own release's where none is given."""
        return self._replace(parameters={**self.parameters, **versions})


def read(environment: str, folder: Path = FOLDER) -> dict[str, Stack]:
    """Read the stacks of an environment.

    Raises:
        Refused: there is no such environment, or its file gives a template what that does not declare.
    """
    if not _ENVIRONMENT.fullmatch(environment):
        raise Refused(f"'{environment}' can't be an environment: take 2 to 16 small letters and digits.")
    path = folder / "parameters" / f"{environment}.yml"
    if not path.exists():
        known = sorted(other.stem for other in path.parent.glob("*.yml"))
        raise Refused(f"There is no {path}; known environments: {', '.join(known)}. Copy one of them.")
    given: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text()) or {}
    if unknown := sorted(given.keys() - set(ORDER)):
        raise Refused(f"{path} names {', '.join(unknown)}; stacks are {', '.join(ORDER)}.")
    return {kind: _stack(kind, environment, folder, given.get(kind) or {}) for kind in ORDER}


def _stack(kind: str, environment: str, folder: Path, given: Mapping[str, Any]) -> Stack:
    template = (folder / f"{kind}.yml").read_text()
    known = declared(template)
    if unknown := sorted(given.keys() - known):
        raise Refused(f"infra/{kind}.yml has no parameter {', '.join(unknown)}.")
    if reserved := sorted(given.keys() & _SET_BY_DEPLOYMENT):
        raise Refused(f"{', '.join(reserved)} of {kind} is set by the deployment itself; take it out.")
    if not_text := sorted(name for name, value in given.items() if isinstance(value, bool | list | dict)):
        raise Refused(f"{', '.join(not_text)} of {kind} must be text or a number: write 'true' in quotes.")
    parents = {f"Parent{other.capitalize()}Stack": stack_name(environment, other) for other in ORDER}
    parameters = {name: parent for name, parent in parents.items() if name in known}
    parameters |= {name: str(value) for name, value in given.items()}
    parameters["Environment"] = environment
    return Stack(kind, stack_name(environment, kind), template, parameters)


def stack_name(environment: str, kind: str) -> str:
    """Name a stack."""
    return f"hikiate-{environment}-{kind}"


def declared(template: str) -> set[str]:
    """Return the names of a template's parameters."""
    return set(_parsed(template)["Parameters"])


def count_resources(template: str) -> int:
    """Count a template's resources, each turn of a loop by itself."""
    resources: dict[str, Any] = _parsed(template)["Resources"]
    return sum(len(body[1]) if name.startswith("Fn::ForEach::") else 1 for name, body in resources.items())


@cache
def _parsed(template: str) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.load(template, _AnyTag)  # noqa: S506 - a safe loader, made below
    return parsed


class _AnyTag(yaml.CSafeLoader):
    """Reads a template without caring for its functions."""


def _ignore(loader: yaml.CSafeLoader, _: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    return loader.construct_mapping(node) if isinstance(node, yaml.MappingNode) else None


_AnyTag.add_multi_constructor("!", _ignore)
