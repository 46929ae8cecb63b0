"""A CloudFormation template, read so that its references can be followed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)  # noqa: S101 - there is no fourth kind
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


yaml.add_multi_constructor("!", _short_form, _Loader)


@dataclass(frozen=True)
class Template:
    """A template, with what its references come to."""

    document: dict[str, Any]
    values: dict[str, str] = field(default_factory=dict)

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Return the resources by logical id."""
        return dict(self.document["Resources"])

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the properties of the resources of a type, by logical id."""
        return {name: found.get("Properties", {}) for name, found in self.resources.items() if found["Type"] == kind}

    def resolve(self, value: Any) -> Any:
        """Follow Ref, GetAtt and Sub; what has no given value comes to its own name."""
        if isinstance(value, list):
            return [self.resolve(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Ref"}:
            return self._value(value["Ref"])
        if set(value) == {"Fn::GetAtt"}:
            wanted = value["Fn::GetAtt"]
            return self._value(wanted if isinstance(wanted, str) else ".".join(wanted))
        if set(value) == {"Fn::Sub"} and isinstance(value["Fn::Sub"], str):
            return re.sub(r"\$\{([^}!]+)\}", lambda found: self._value(found[1]), value["Fn::Sub"])
        return {name: self.resolve(entry) for name, entry in value.items()}

    def _value(self, name: str) -> str:
        if name in self.values:
            return self.values[name]
        parameter = self.document.get("Parameters", {}).get(name, {})
        return str(parameter.get("Default", name))


def load(path: Path, values: Mapping[str, str] | None = None) -> Template:
    """Read a template file; `values` says what parameters, pseudo parameters and attributes come to."""
    return Template(yaml.load(path.read_text(encoding="utf-8"), _Loader), dict(values or {}))  # noqa: S506 - a safe loader
