"""The pipeline's template, made on the emulator as far as that goes."""

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from emulator import Emulator

from policy.__main__ import broken, scan
from policy.templates import Json, raw, unrolled

# What the emulator has no idea of: the pipeline itself, and what fetches, keeps, reports and tells.
LACKING = {
    "AWS::CodeArtifact::Domain",
    "AWS::CodeArtifact::PackageGroup",
    "AWS::CodeArtifact::Repository",
    "AWS::CodeBuild::ReportGroup",
    "AWS::CodeConnections::Connection",
    "AWS::CodePipeline::Pipeline",
    "AWS::CodeStarNotifications::NotificationRule",
}
STACK = "hikiate-pipeline"


# Actions that name nothing, or something that has no name yet; what CloudFormation may do lists them one by one.
TAKE_NO_NAME = {
    "cognito-idp:CreateUserPool", "cognito-idp:DescribeUserPoolDomain", "iam:ListRoles", "kms:CreateKey",
    "lambda:CreateEventSourceMapping", "secretsmanager:GetRandomPassword", "sts:GetServiceBearerToken",
}  # fmt: skip


def test_the_rules_for_templates_find_nothing_that_is_not_explained() -> None:
    unexplained = []
    for finding in broken("pipeline", unrolled("pipeline")):
        _, rule, said = finding.split(": ", 2)
        action = said.split(" ")[2]
        if rule == "no_resource_is_a_wildcard" and (
            action in TAKE_NO_NAME or action.startswith(("ec2:Describe", "logs:"))
        ):
            continue
        # The log's own ARN, which holds the account, is asked for instead.
        if rule == "nobody_is_anybody" and said.startswith("ArtifactKey lets {'Fn::Sub': 'logs."):
            continue
        unexplained.append(finding)
    assert unexplained == []
    assert scan(("pipeline",)) == ""


def create(emulator: Emulator, template: Json, **parameters: str) -> None:
    """Make the stack and wait until it is made."""
    client = emulator.client("cloudformation")
    given = {"FullRepositoryId": "example/hikiate", **parameters}
    client.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    client.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def without(template: Json, types: set[str]) -> Json:
    """Return a template without some types; who refers to one of them gets its name instead."""
    gone = {name for name, resource in template["Resources"].items() if resource["Type"] in types}

    def mended(value: Any) -> Any:
        if isinstance(value, list):
            return [mended(entry) for entry in value]
        if isinstance(value, str):
            return re.sub(r"\$\{(\w+)(\.\w+)?\}", lambda found: found[1] if found[1] in gone else found[0], value)
        if not isinstance(value, dict):
            return value
        referred = value.get("Ref") or value.get("Fn::GetAtt")
        name = referred[0] if isinstance(referred, list) else str(referred).partition(".")[0]
        if len(value) == 1 and name in gone:
            return name
        return {key: mended(entry) for key, entry in value.items()}

    kept = {name: mended(resource) for name, resource in template["Resources"].items() if name not in gone}
    return {**template, "Resources": kept, "Outputs": mended(template["Outputs"])}


def test_the_emulator_lacks_what_is_listed_and_nothing_else(emulator: Emulator) -> None:
    with pytest.raises(ClientError) as refused:
        create(emulator, raw("pipeline"))
    assert set(re.findall(r"AWS::\w+::\w+", str(refused.value))) == LACKING


def test_the_rest_is_made_changed_and_deleted(emulator: Emulator) -> None:
    template = without(raw("pipeline"), LACKING)
    create(emulator, template)
    client = emulator.client("cloudformation")
    made = {
        found["LogicalResourceId"]: found
        for found in client.describe_stack_resources(StackName=STACK)["StackResources"]
    }
    assert made.keys() == {name for name, body in template["Resources"].items() if "Condition" not in body}
    project = emulator.client("codebuild").batch_get_projects(names=[f"{STACK}-build"])["projects"][0]
    assert project["source"]["buildspec"] == "buildspec.yml"
    role = made["CloudFormationExecutionRole"]["PhysicalResourceId"]
    worn = emulator.client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert len(worn) == len(template["Resources"]["CloudFormationExecutionRole"]["Properties"]["ManagedPolicyArns"])

    client.update_stack(
        StackName=STACK,
        TemplateBody=json.dumps(template),
        Parameters=[
            {"ParameterKey": "FullRepositoryId", "UsePreviousValue": True},
            {"ParameterKey": "NotificationEmail", "ParameterValue": "team@example.com"},
        ],
        Capabilities=["CAPABILITY_IAM"],
    )
    client.get_waiter("stack_update_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    topic = made["NotificationTopic"]["PhysicalResourceId"]
    told = emulator.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [subscription["Endpoint"] for subscription in told] == ["team@example.com"]

    client.delete_stack(StackName=STACK)
    client.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    # What was built outlives its pipeline.
    buckets = [bucket["Name"] for bucket in emulator.client("s3").list_buckets()["Buckets"]]
    assert made["ArtifactBucket"]["PhysicalResourceId"] in buckets


def test_a_role_may_do_its_own_work_only(emulator: Emulator) -> None:
    create(emulator, without(raw("pipeline"), LACKING))
    formation, iam = emulator.client("cloudformation"), emulator.client("iam")

    def allowed(role: str, action: str, stack: str) -> bool:
        named = formation.describe_stack_resource(StackName=STACK, LogicalResourceId=role)["StackResourceDetail"]
        answer = iam.simulate_principal_policy(
            PolicySourceArn=f"arn:aws:iam::000000000000:role/{named['PhysicalResourceId']}",
            ActionNames=[f"cloudformation:{action}"],
            ResourceArns=[f"arn:aws:cloudformation:us-east-1:000000000000:stack/{stack}/1"],
        )
        return bool(answer["EvaluationResults"][0]["EvalDecision"] == "allowed")

    assert allowed("DeployServiceRole", "ExecuteChangeSet", "hikiate-staging-app")
    assert not allowed("DeployServiceRole", "ExecuteChangeSet", "payroll")
    assert not allowed("DeployServiceRole", "DeleteStack", "hikiate-staging-app")
    assert not allowed("CodeBuildServiceRole", "CreateChangeSet", "hikiate-staging-app")
    assert not allowed("CodePipelineServiceRole", "CreateChangeSet", "hikiate-staging-app")
