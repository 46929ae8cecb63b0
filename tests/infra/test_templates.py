"""The templates keep to all rules; what the first sketch of the system named is still there."""

import re
from pathlib import Path

import pytest
import yaml

from deployment import stacks
from policy import assertions, joints, routes
from policy.__main__ import findings
from policy.templates import INFRA, KINDS, resources, unrolled

SKETCHED = {
    "VPC": "network",
    "InternetGateway": "network",
    "PublicSubnet1": "network",
    "WebSecurityGroup": "network",
    "DBSecurityGroup": "network",
    "RDSInstance": "data",
    "DBPassword": "data",
    "LambdaExecutionRole": "app",
    "MainLambdaFunction": "app",
    "AllocationLambdaFunction": "app",
    "ModelsLambdaLayer": "app",
    "DatabaseLambdaLayer": "app",
    "SchemasLambdaLayer": "app",
    "APIGateway": "api",
    "OrdersResource": "api",
    "InventoriesResource": "api",
    "AllocateResource": "api",
    "AllocationResultsResource": "api",
    "OrdersPostMethod": "api",
    "OrdersGetMethod": "api",
    "InventoriesPostMethod": "api",
    "InventoriesGetMethod": "api",
    "AllocatePostMethod": "api",
    "AllocationResultsGetMethod": "api",
}
OPERATIONS = INFRA.parent / "docs" / "operations.md"


def test_nothing_is_found() -> None:
    assert list(findings()) == []


@pytest.mark.parametrize(("name", "kind"), SKETCHED.items())
def test_what_the_sketch_named_is_there(name: str, kind: str) -> None:
    assert name in resources(unrolled(kind))


def test_operations_tell_where_everything_of_the_sketch_is() -> None:
    rows = {
        cells[1].strip(" `"): cells for line in OPERATIONS.read_text().splitlines() if len(cells := line.split("|")) > 4
    }
    for name, kind in SKETCHED.items():
        assert f"{kind}.yml" in rows[name][2], name


def test_the_gateway_has_the_operations_of_the_contract_and_no_more() -> None:
    found = routes.gateway(unrolled("api"))
    assert found.keys() == routes.contract().keys()
    assert len(found) > 35


@pytest.mark.parametrize("path", sorted((INFRA / "parameters").glob("*.yml")), ids=lambda path: path.stem)
def test_the_environments_pass_the_rules(path: Path) -> None:
    known = stacks.read(path.stem)
    for kind, stack in known.items():
        released = {name: "x" for name in ("Release", "MainCodeKey") if name in stacks.declared(stack.template)}
        refused = assertions.refused(unrolled(kind), {**stack.parameters, **released})
        # Whose address it is, only whoever deploys can know.
        assert refused in ([], ["Somebody must be told when production fails - AlarmEmail must be set."]), kind


@pytest.mark.parametrize("path", sorted((INFRA / "parameters").glob("*.yml")), ids=lambda path: path.stem)
def test_the_environments_stay_within_bounds(path: Path) -> None:
    for kind, stack in stacks.read(path.stem).items():
        declared = unrolled(kind)["Parameters"]
        for name, value in stack.parameters.items():
            bounds = declared[name]
            assert value in [str(allowed) for allowed in bounds.get("AllowedValues", [value])]
            assert re.fullmatch(bounds.get("AllowedPattern", ".*"), value)
            assert float(bounds.get("MinValue", "-inf")) <= float(value) if "MinValue" in bounds else True


def test_every_required_parameter_is_given() -> None:
    for kind, stack in stacks.read("development").items():
        required = {name for name, given in unrolled(kind)["Parameters"].items() if "Default" not in given}
        built = {"Release", "MainCodeKey", "AllocationCodeKey", "ModelsLayerKey", "DatabaseLayerKey", "SchemasLayerKey"}
        built |= stacks.PASSED_ON.keys()
        assert required <= stack.parameters.keys() | built


def test_what_is_passed_on_is_put_out() -> None:
    for kind, output in stacks.PASSED_ON.values():
        assert output in unrolled(kind)["Outputs"]


def test_comments_say_why_checks_are_skipped() -> None:
    """Each exception of the linter is in a template, below a comment."""
    for kind in KINDS:
        lines = (INFRA / f"{kind}.yml").read_text().splitlines()
        for number, line in enumerate(lines):
            if "ignore_checks" in line:
                assert lines[number - 1].strip().startswith("#"), f"{kind}.yml:{number + 1}"


def test_a_template_that_is_too_long_is_found() -> None:
    assert list(joints.bodies_fit("x" * 51_201))


def test_parameter_files_are_plain() -> None:
    for path in (INFRA / "parameters").glob("*.yml"):
        assert set(yaml.safe_load(path.read_text())) <= set(KINDS)
