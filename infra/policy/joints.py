"""How the parts of a template and the templates among themselves hang together."""

import json
import re
from collections.abc import Iterator, Mapping

from policy.templates import Json, properties, refers, resources, walk

_WITHOUT_BOUNDS = {"AWS::SSM::Parameter::Value<String>", "CommaDelimitedList"}
_BOUNDS = {"AllowedValues", "AllowedPattern", "MinValue"}
_LARGEST_BODY = 51_200
"""What CloudFormation takes in a call; more would need a bucket before there is one."""


def parameters_are_described(template: Json) -> Iterator[str]:
    """A parameter has a sentence and bounds, and a place in the form that the console shows."""
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in groups for name in group["Parameters"]]
    for name, given in template["Parameters"].items():
        if not given.get("Description", "").endswith("."):
            yield f"{name} has no sentence"
        if not _BOUNDS & given.keys() and given["Type"] not in _WITHOUT_BOUNDS:
            yield f"{name} takes anything"
        if shown.count(name) != 1:
            yield f"{name} is in {len(shown)} groups" if name in shown else f"{name} is in no group"
    yield from (
        f"{name} is shown, but there is no such parameter" for name in shown if name not in template["Parameters"]
    )


def everything_declared_is_used(template: Json) -> Iterator[str]:
    """A parameter or condition that nothing uses is a promise that nothing keeps."""
    body = {key: template.get(key) for key in ("Resources", "Outputs", "Conditions", "Rules")}
    for name in template["Parameters"]:
        in_loop = any(name in json.dumps(part) for part in walk(body) if "Fn::FindInMap" in part)
        if not refers(body, name) and not in_loop and not _unrolled_away(template, name):
            yield f"{name} is used nowhere"
    text = json.dumps({key: template.get(key) for key in ("Resources", "Outputs")})
    for name in template.get("Conditions", {}):
        if f'"Condition": "{name}"' not in text and f'"Fn::If": ["{name}"' not in text:
            yield f"{name} decides nothing"


def outputs_are_described(template: Json) -> Iterator[str]:
    """An output has a sentence; an export carries the stack's name and its own."""
    for name, output in template["Outputs"].items():
        if not output.get("Description", "").endswith("."):
            yield f"{name} has no sentence"
        if "Export" in output and output["Export"]["Name"] != {"Fn::Sub": f"${{AWS::StackName}}-{name}"}:
            yield f"{name} is exported under another name"


def subnets_have_routes(template: Json) -> Iterator[str]:
    """Every subnet has its route table, private ones without a way to the internet."""
    associations = [
        body["Properties"] for body in resources(template, "AWS::EC2::SubnetRouteTableAssociation").values()
    ]
    tables = {found["SubnetId"]["Ref"]: found["RouteTableId"]["Ref"] for found in associations}
    routed = {body["Properties"]["RouteTableId"]["Ref"] for body in resources(template, "AWS::EC2::Route").values()}
    for name in resources(template, "AWS::EC2::Subnet"):
        if name not in tables:
            yield f"{name} has no routes"
        elif name.startswith("Private") and tables[name] in routed:
            yield f"{name} leads to the internet"
    for name, body in resources(template, "AWS::EC2::Route").items():
        if "DependsOn" not in body:
            yield f"{name} may come before its gateway is attached"


def alarms_tell_somebody(template: Json) -> Iterator[str]:
    """An alarm says in a sentence what is wrong, tells it, and tells when it is over."""
    for name, body in resources(template, "AWS::CloudWatch::Alarm").items():
        given = body["Properties"]
        if not given.get("AlarmDescription", "").endswith("."):
            yield f"{name} has no sentence"
        for key in ("AlarmActions", "OKActions"):
            if "AlarmTopic" not in json.dumps(given.get(key, [])):
                yield f"{name}: nobody hears its {key}"


def deployments_wait(template: Json) -> Iterator[str]:
    """A deployment of the gateway is made after all that it is a picture of."""
    pictured = {
        *resources(template, "AWS::ApiGateway::Method"),
        *resources(template, "AWS::ApiGateway::GatewayResponse"),
    }
    for name, body in resources(template, "AWS::ApiGateway::Deployment").items():
        for missing in sorted(pictured ^ set(body.get("DependsOn", []))):
            yield f"{name} and {missing} do not wait for each other"


def imports_are_exported(templates: Mapping[str, Json]) -> Iterator[str]:
    """What a template imports, an earlier one exports; what is exported, a later one imports."""
    earlier: set[str] = set()
    imported: set[str] = set()
    for kind, template in templates.items():
        for part in walk(template):
            if "Fn::ImportValue" in part:
                name = re.fullmatch(r"\$\{Parent([A-Za-z]+)Stack\}-(\w+)", part["Fn::ImportValue"]["Fn::Sub"])
                wanted = f"{name[1].lower()}-{name[2]}" if name else json.dumps(part)
                imported.add(wanted)
                if wanted not in earlier:
                    yield f"{kind} imports {wanted}, which no earlier stack exports"
        earlier |= {f"{kind}-{name}" for name, output in template["Outputs"].items() if "Export" in output}
    yield from (f"{name} is exported, and nobody imports it" for name in sorted(earlier - imported))


def bodies_fit(text: str) -> Iterator[str]:
    """A template can be given to CloudFormation as it is."""
    if len(text.encode()) > _LARGEST_BODY:
        yield f"it has {len(text.encode())} bytes, more than {_LARGEST_BODY}"


def _unrolled_away(template: Json, name: str) -> bool:
    """Tell whether a loop runs over a parameter: its value is in a resource's name then."""
    default = template["Parameters"][name].get("Default")
    return any(properties(template, found) and default and found.endswith(default) for found in template["Resources"])


RULES = (
    parameters_are_described,
    everything_declared_is_used,
    outputs_are_described,
    subnets_have_routes,
    alarms_tell_somebody,
    deployments_wait,
)
