"""What a template's Rules say of parameters, as CloudFormation evaluates them before it makes anything."""

from collections.abc import Mapping
from typing import Any

from policy.templates import Json


def refused(template: Json, given: Mapping[str, str]) -> list[str]:
    """Return the sentences of the rules that refuse these parameters; what is not given is the default."""
    values = {name: declared.get("Default") for name, declared in template["Parameters"].items()} | dict(given)
    sentences: list[str] = []
    for rule in template.get("Rules", {}).values():
        if "RuleCondition" in rule and not _evaluate(rule["RuleCondition"], values, template):
            continue
        sentences += [
            assertion["AssertDescription"]
            for assertion in rule["Assertions"]
            if not _evaluate(assertion["Assert"], values, template)
        ]
    return sentences


def _evaluate(part: Any, values: Mapping[str, Any], template: Json) -> Any:
    if isinstance(part, list):
        return [_evaluate(inner, values, template) for inner in part]
    if not isinstance(part, dict):
        return part
    ((function, argument),) = part.items()
    if function == "Ref":
        return _referred(argument, values, template)
    arguments = _evaluate(argument, values, template)
    match function:
        case "Fn::Equals":
            return str(arguments[0]) == str(arguments[1])
        case "Fn::Not":
            return not arguments[0]
        case "Fn::And":
            return all(arguments)
        case "Fn::Or":
            return any(arguments)
        case "Fn::Contains":
            return str(arguments[1]) in [str(value) for value in arguments[0]]
        case "Fn::EachMemberIn":
            return set(arguments[0]) <= set(arguments[1])
    raise ValueError(f"{function} is no function that rules know here")


def _referred(name: str, values: Mapping[str, Any], template: Json) -> Any:
    if name not in values:
        raise ValueError(f"a rule refers to {name}, which is no parameter")
    is_list = template["Parameters"][name]["Type"] == "CommaDelimitedList"
    return str(values[name]).split(",") if is_list else values[name]
