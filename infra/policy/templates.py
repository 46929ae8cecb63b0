"""The templates as CloudFormation sees them: functions in their long form, loops unrolled."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

from cfnlint.decode.cfn_yaml import loads
from cfnlint.template import Template

Json = dict[str, Any]

INFRA = Path(__file__).parents[1]
KINDS = ("network", "data", "app", "api", "web")


def raw(kind: str) -> Json:
    """Return a template with its functions in their long form, loops and all."""
    return plain((INFRA / f"{kind}.yml").read_text())


def plain(text: str) -> Json:
    """Read a template's text."""
    return cast(Json, json.loads(json.dumps(loads(text))))


@cache
def _unrolled(kind: str) -> str:
    return json.dumps(unroll(raw(kind)))


def unrolled(kind: str) -> Json:
    """Return a template with its loops unrolled, to do with as one likes."""
    return cast(Json, json.loads(_unrolled(kind)))


def unroll(template: Json) -> Json:
    """Unroll a template's loops, as the linter's own transform does it."""
    reader = Template("template", loads(json.dumps(template)), ["us-east-1"])
    faults = reader.transform()
    if faults:
        raise ValueError(f"the loops can't be unrolled: {faults}")
    return cast(Json, json.loads(json.dumps(reader.template)))


def resources(template: Json, kind: str | None = None) -> dict[str, Json]:
    """Return a template's resources, those of one type if one is named."""
    return {name: body for name, body in template["Resources"].items() if kind in (None, body["Type"])}


def properties(template: Json, name: str) -> Json:
    """Return what a resource is given."""
    return cast(Json, template["Resources"][name].get("Properties", {}))


def walk(part: object) -> Iterator[Json]:
    """Yield every map inside a part of a template."""
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from walk(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from walk(inner)


def refers(part: object, name: str) -> bool:
    """Tell whether a part of a template refers to a resource or parameter."""
    for found in walk(part):
        if found.get("Ref") == name or (isinstance(got := found.get("Fn::GetAtt"), list) and got[0] == name):
            return True
        if substituted := found.get("Fn::Sub"):
            text = substituted if isinstance(substituted, str) else substituted[0]
            if f"${{{name}}}" in text or f"${{{name}." in text:
                return True
    return False


def statements(role: Json) -> list[Json]:
    """Return the statements of a role's or a policy's own documents."""
    given = role.get("Properties", {})
    inline = given.get("Policies", [])
    # A user pool has "policies" too, of another kind.
    documents = [policy["PolicyDocument"] for policy in inline] if isinstance(inline, list) else []
    if "PolicyDocument" in given:
        documents.append(given["PolicyDocument"])
    return [statement for document in documents for statement in document["Statement"]]


def listed(value: object) -> list[Any]:
    """Return a value as a list; CloudFormation takes one thing for a list of one."""
    return value if isinstance(value, list) else [value]


def changed(template: Json) -> Json:
    """Return a copy to plant a fault in."""
    return copy.deepcopy(template)
