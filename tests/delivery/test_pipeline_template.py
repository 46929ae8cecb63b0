"""The pipeline's template: the seed's resources, artifacts that reach their readers, roles that list what they need."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from projects import ROOT

from delivery import buildspec
from delivery.template import load

TEMPLATE = load(ROOT / "infra" / "pipeline.yml")
STACKS = ("network", "data", "app", "api", "web")
(PIPELINE,) = TEMPLATE.of_type("AWS::CodePipeline::Pipeline").values()
ACTIONS = {action["Name"]: action for stage in PIPELINE["Stages"] for action in stage["Actions"]}


def statements(name: str) -> list[dict[str, Any]]:
    """Return what a role may do: its own policies, and those of the template that it wears."""
    properties = TEMPLATE.resources[name]["Properties"]
    policies = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    for worn in properties.get("ManagedPolicyArns", []):
        policies.append(TEMPLATE.resources[worn["Ref"]]["Properties"]["PolicyDocument"])
    return [statement for policy in policies for statement in policy["Statement"]]


def flat(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def listed(statement: dict[str, Any]) -> list[str]:
    return flat(statement["Action"])


def actions_of(name: str) -> set[str]:
    return {action for statement in statements(name) for action in listed(statement)}


def roles() -> list[str]:
    return [name for name, resource in TEMPLATE.resources.items() if resource["Type"] == "AWS::IAM::Role"]


def test_the_seeds_resources_are_there() -> None:
    assert {
        "CodeBuildProject", "CodePipeline", "CodeArtifactRepository", "CodeBuildServiceRole",
        "CodePipelineServiceRole", "CloudFormationExecutionRole",
    } <= TEMPLATE.resources.keys()  # fmt: skip
    assert [stage["Name"] for stage in PIPELINE["Stages"]] == ["Source", "Build", "Test", "Deploy"]
    assert {"SourceAction", "BuildAction", "UnitTestAction", "DeployAction"} <= ACTIONS.keys()


def test_the_source_comes_through_a_connection_without_a_token() -> None:
    assert ACTIONS["SourceAction"]["ActionTypeId"]["Provider"] == "CodeStarSourceConnection"
    assert "OAuthToken" not in json.dumps(TEMPLATE.document)


def test_production_waits_for_an_approval_and_for_staging() -> None:
    (stage,) = [stage for stage in PIPELINE["Stages"] if stage["Name"] == "Deploy"]
    order = [action["Name"] for action in sorted(stage["Actions"], key=lambda action: action["RunOrder"])]
    assert order == ["DeployAction", "ApproveProduction", "DeployProductionAction"]
    assert len({action["RunOrder"] for action in stage["Actions"]}) == 3


def test_everything_is_built_once_and_deployed_twice() -> None:
    builders = [name for name, action in ACTIONS.items() if action.get("OutputArtifacts") == [{"Name": "BuildOutput"}]]
    assert builders == ["BuildAction"]
    for name, environment in (("DeployAction", "staging"), ("DeployProductionAction", "production")):
        assert {"Name": "BuildOutput"} in ACTIONS[name]["InputArtifacts"]
        (given,) = json.loads(ACTIONS[name]["Configuration"]["EnvironmentVariables"])
        assert (given["name"], given["value"]) == ("ENVIRONMENT", environment)
        assert (ROOT / "infra" / "parameters" / f"{environment}.yml").is_file()


def test_the_projects_run_the_buildspecs_of_the_repository() -> None:
    projects = TEMPLATE.of_type("AWS::CodeBuild::Project")
    assert {project["Source"]["BuildSpec"] for project in projects.values()} == {
        path.name for path in ROOT.glob("buildspec*.yml")
    }
    for project in projects.values():
        buildspec.read(ROOT / project["Source"]["BuildSpec"])


def test_reports_go_into_groups_that_the_template_makes() -> None:
    spec = buildspec.read(ROOT / "buildspec-test.yml")
    project = TEMPLATE.resources["TestProject"]["Properties"]["Name"]["Fn::Sub"]
    groups = {
        group["Name"]["Fn::Sub"]: group["Type"] for group in TEMPLATE.of_type("AWS::CodeBuild::ReportGroup").values()
    }
    kinds = {"JUNITXML": "TEST", "COBERTURAXML": "CODE_COVERAGE"}
    assert groups == {f"{project}-{name}": kinds[report.file_format] for name, report in spec.reports.items()}


@pytest.mark.parametrize("role", roles())
def test_no_role_may_do_everything(role: str) -> None:
    assert [action for action in actions_of(role) if "*" in action] == []
    for statement in statements(role):
        if statement["Resource"] == "*":
            assert not any(
                action.startswith(("iam:Pass", "iam:Put", "s3:", "lambda:Update")) for action in statement["Action"]
            )


def test_a_build_can_neither_deploy_nor_pass_a_role() -> None:
    reach = {action.partition(":")[0] for action in actions_of("CodeBuildServiceRole")}
    assert reach == {"codeartifact", "codebuild", "codeconnections", "codestar-connections", "kms", "logs", "s3", "sts"}


@pytest.mark.parametrize("role", ["CloudFormationExecutionRole", "DeployServiceRole"])
def test_a_deployment_cannot_widen_the_pipelines_own_roles(role: str) -> None:
    own = [
        "role/hikiate-DeployServiceRole-1A2B", "role/hikiate-pipeline-DeployServiceRole-1A2B",
        "policy/hikiate-AppChanges-1A2B", "stack/hikiate/1", "stack/hikiate-pipeline/1",
    ]  # fmt: skip
    patterns = [
        pattern.rpartition(":")[2]
        for statement in statements(role)
        if any(action.startswith(("iam:", "cloudformation:")) for action in listed(statement))
        for pattern in flat(TEMPLATE.resolve(statement["Resource"]))
        if pattern != "*"
    ]
    assert len(patterns) > 5
    assert [(name, pattern) for name in own for pattern in patterns if fnmatchcase(name, pattern)] == []


@pytest.mark.parametrize("name", list(TEMPLATE.of_type("AWS::IAM::ManagedPolicy")))
def test_a_policy_is_short_enough(name: str) -> None:
    document = TEMPLATE.resolve(TEMPLATE.resources[name]["Properties"]["PolicyDocument"])
    assert len(json.dumps(document, separators=(",", ":"))) < 6144  # IAM counts no blanks


# What no handler lists: the hosted rotation's nested stack, endpoints' prefix lists, more about log deliveries.
ADDED = {
    "cloudformation:CreateChangeSet", "cloudformation:CreateStack", "cloudformation:DeleteStack",
    "cloudformation:DescribeStacks", "cloudformation:UpdateStack", "ec2:DescribePrefixLists",
    "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:UpdateLogDelivery", "secretsmanager:GetResourcePolicy",
}  # fmt: skip


def unused() -> set[str]:
    """Return what handlers say they need and we don't: actions, and names of services."""
    lines = (ROOT / "tests" / "delivery" / "unused_permissions.txt").read_text().splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def handlers() -> dict[str, set[str]]:
    """Return what CloudFormation's handlers say they need, by resource type, from the schemas that cfn-lint brings."""
    (folder,) = (ROOT / "infra" / ".venv").glob("lib/python3*/site-packages/cfnlint/data/schemas/resources")
    schemas = (json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json"))
    return {
        schema["typeName"]: {
            permission
            for verb, handler in schema.get("handlers", {}).items()
            if verb != "list"
            for permission in handler["permissions"]
        }
        for schema in schemas
    }


def types_of_the_stacks() -> set[str]:
    """Return the types of all resources, those inside a loop too."""
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if str(value.get("Type")).startswith("AWS::"):
                found.add(value["Type"])
            value = list(value.values())
        if isinstance(value, list):
            for entry in value:
                look(entry)

    for name in STACKS:
        look(load(ROOT / "infra" / f"{name}.yml").document["Resources"])
    return found


def test_cloudformation_may_do_what_the_stacks_need_and_no_more() -> None:
    known = handlers()
    needed = {action for kind in types_of_the_stacks() for action in known[kind]}
    allowed = actions_of("CloudFormationExecutionRole")
    excused = unused()
    missing = {action for action in needed - allowed if not {action, action.partition(":")[0]} & excused}
    assert sorted(missing) == [], "needed by a resource type: allow it, or list it in unused_permissions.txt"
    assert sorted(allowed - needed - ADDED) == [], "allowed, but no resource type needs it"
    assert sorted(word for word in excused if ":" in word and word not in needed) == [], "no longer worth listing"
