"""Faults that templates have had elsewhere, planted one by one: each is caught, by a rule of ours or by the linter."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cfnlint import api as linter
from cfnlint.config import ManualArgs

from policy import access, functions, joints, keeping, pages, routes
from policy.__main__ import RULES
from policy.templates import Json, unrolled

Fault = Callable[[Json], object]
Rule = Callable[[Json], Any]


def given(template: Json, name: str) -> Json:
    """Return what a resource is given, to spoil it."""
    return template["Resources"][name]["Properties"]  # type: ignore[no-any-return]


def statement(template: Json, role: str, action: str) -> Json:
    """Return the statement of a role that allows an action."""
    statements = given(template, role)["Policies"][0]["PolicyDocument"]["Statement"]
    return next(found for found in statements if action in found["Action"])  # type: ignore[no-any-return]


def without(name: str) -> Fault:
    """Take a resource out."""
    return lambda template: template["Resources"].pop(name)


def unset(name: str, key: str) -> Fault:
    """Take one thing from a resource."""
    return lambda template: given(template, name).pop(key)


def put(name: str, **values: object) -> Fault:
    """Give a resource something else."""
    return lambda template: given(template, name).update(values)


CAUGHT_BY_RULES: list[tuple[str, str, Fault, Rule]] = [
    # The gateway.
    ("an open method", "api", put("OrdersPostMethod", AuthorizationType="NONE"), routes.routes_are_the_contracts),
    ("a method without scopes", "api", unset("OrdersGetMethod", "AuthorizationScopes"), routes.routes_are_the_contracts),
    ("a scope that everybody has", "api", put("ItemPutMethod", AuthorizationScopes=[*routes.SCOPES, "openid"]), routes.routes_are_the_contracts),
    ("a missing route", "api", without("AuditGetMethod"), routes.routes_are_the_contracts),
    ("a route too many", "api", lambda t: t["Resources"].update(OrdersDelete={**t["Resources"]["OrdersGetMethod"], "Properties": {**given(t, "OrdersGetMethod"), "HttpMethod": "DELETE"}}), routes.routes_are_the_contracts),
    ("a path part misspelt", "api", put("AllocateResource", PathPart="alocate"), routes.routes_are_the_contracts),
    ("an integration by GET", "api", lambda t: given(t, "OrdersGetMethod")["Integration"].update(IntegrationHttpMethod="GET"), routes.routes_are_the_contracts),
    ("an authorizer that asks nobody", "api", put("Authorizer", Type="REQUEST"), routes.routes_are_the_contracts),
    ("a path that leads nowhere", "api", without("AuditGetMethod"), routes.empty_paths_lead_somewhere),
    ("a plain error", "api", lambda t: given(t, "UnauthorizedResponse")["ResponseParameters"].pop("gatewayresponse.header.Content-Type"), routes.answers_are_problems),
    ("another status inside", "api", put("TooFastResponse", StatusCode="400"), routes.answers_are_problems),
    ("a deployment too early", "api", lambda t: next(body for name, body in t["Resources"].items() if name.startswith("Deployment"))["DependsOn"].remove("OrdersGetMethod"), joints.deployments_wait),
    ("no invoke permission", "api", without("GatewayPermission"), functions.callers_may_call),
    ("anybody's gateway may call", "api", unset("GatewayPermission", "SourceArn"), functions.callers_may_call),
    ("no access log", "api", unset("Stage", "AccessLogSetting"), routes.the_stage_is_watched),
    ("no firewall", "api", without("WebACLOnStage"), routes.the_stage_is_watched),
    ("roles to be asked for", "web", put("ConsoleClient", AllowedOAuthScopes=["openid", "hikiate/admin"]), routes.people_have_no_role_by_scope),
    ("anybody signs up", "api", put("UserPool", AdminCreateUserConfig={}), routes.people_have_no_role_by_scope),
    # The console.
    ("a bucket read by anybody", "web", lambda t: given(t, "Distribution")["DistributionConfig"]["Origins"][0].pop("OriginAccessControlId"), pages.pages_come_by_cloudfront_alone),
    ("another distribution reads", "web", lambda t: given(t, "ConsoleBucketPolicy")["PolicyDocument"]["Statement"][0]["Condition"]["StringEquals"].update({"AWS:SourceArn": "arn:aws:cloudfront::*:distribution/*"}), pages.pages_come_by_cloudfront_alone),
    ("no headers on the API's answers", "web", lambda t: given(t, "Distribution")["DistributionConfig"]["CacheBehaviors"][0].pop("ResponseHeadersPolicyId"), pages.pages_have_their_headers),
    ("pages without TLS", "web", lambda t: given(t, "Distribution")["DistributionConfig"]["DefaultCacheBehavior"].update(ViewerProtocolPolicy="allow-all"), pages.pages_have_their_headers),
    ("no policy for scripts", "web", lambda t: given(t, "SecurityHeaders")["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"].pop("ContentSecurityPolicy"), pages.pages_have_their_headers),
    # Functions.
    ("no log group", "app", unset("MainLambdaFunction", "LoggingConfig"), functions.functions_are_whole),
    ("no dead letters", "app", unset("AllocationLambdaFunction", "DeadLetterConfig"), functions.functions_are_whole),
    ("a shared role", "app", put("AllocationLambdaFunction", Role={"Fn::GetAtt": ["LambdaExecutionRole", "Arn"]}), functions.functions_have_roles_of_their_own),
    ("dead letters not allowed", "app", lambda t: statement(t, "LambdaExecutionRole", "sqs:SendMessage").update(Resource=[]), functions.functions_have_roles_of_their_own),
    ("a layer for another Python", "app", put("DatabaseLambdaLayer", CompatibleRuntimes=["python3.12"]), functions.runtimes_agree),
    ("a missing layer", "app", lambda t: given(t, "MainLambdaFunction")["Layers"].pop(), functions.functions_are_whole),
    ("messages shown again too soon", "app", put("AllocationQueue", VisibilityTimeout=900), functions.queues_outlast_their_functions),
    ("whole batches fail", "app", unset("AllocationQueueMapping", "FunctionResponseTypes"), functions.queues_outlast_their_functions),
    ("the clock may not call", "app", without("SweepPermission"), functions.callers_may_call),
    ("a version that is never new", "app", unset("MainLambdaVersion", "Description"), functions.versions_are_new),
    ("a version of a function as it was", "app", unset("AllocationLambdaFunction", "Description"), functions.versions_are_new),
    ("longer than the gateway waits", "app", put("MainLambdaFunction", Timeout=60), functions.the_gateway_outlasts_the_api),
    # Roles and networks.
    ("a wildcard action", "app", lambda t: statement(t, "LambdaExecutionRole", "s3:PutObject").update(Action="s3:*"), access.no_action_is_a_wildcard),
    ("a wildcard resource", "app", lambda t: statement(t, "LambdaExecutionRole", "secretsmanager:GetSecretValue").update(Resource="*"), access.no_resource_is_a_wildcard),
    ("a wide policy of AWS's", "app", lambda t: given(t, "LambdaExecutionRole")["ManagedPolicyArns"].append("arn:aws:iam::aws:policy/AdministratorAccess"), access.only_named_policies_of_aws),
    ("a public bucket policy", "web", lambda t: given(t, "ConsoleBucketPolicy")["PolicyDocument"]["Statement"][0].update(Principal="*"), access.nobody_is_anybody),
    ("any account's S3 may send", "app", lambda t: given(t, "QueuePolicy")["PolicyDocument"]["Statement"][0].pop("Condition"), access.nobody_is_anybody),
    ("a database open to addresses", "network", lambda t: given(t, "DBSecurityGroup")["SecurityGroupIngress"].append({"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIp": "0.0.0.0/0"}), access.nothing_listens_to_the_world),
    ("a password as a parameter", "data", lambda t: t["Parameters"].update(DBPasswordValue={"Type": "String"}), access.no_secret_is_written_down),
    ("a password in the open", "data", put("RDSInstance", MasterUserPassword="changeme"), access.no_secret_is_written_down),
    ("a private subnet with a way out", "network", put("PublicRoute", RouteTableId={"Ref": "PrivateRouteTable"}), joints.subnets_have_routes),
    ("a subnet without routes", "network", without("PrivateSubnet2Routes"), joints.subnets_have_routes),
    # What is kept.
    ("a public database", "data", put("RDSInstance", PubliclyAccessible=True), keeping.databases_are_safe),
    ("no subnet group", "data", unset("RDSInstance", "DBSubnetGroupName"), keeping.databases_are_safe),
    ("no TLS", "data", lambda t: given(t, "DBParameterGroup")["Parameters"].pop("rds.force_ssl"), keeping.databases_are_safe),
    ("a database that is just deleted", "data", lambda t: t["Resources"]["RDSInstance"].update(DeletionPolicy="Delete"), keeping.deletion_is_decided),
    ("a password for ever", "data", without("DBPasswordRotation"), keeping.secrets_are_replaced),
    ("logs for ever", "app", unset("MainLogGroup", "RetentionInDays"), keeping.logs_end),
    ("versions gone at once", "app", lambda t: t["Resources"]["MainLambdaVersion"].pop("UpdateReplacePolicy"), keeping.deletion_is_decided),
    ("a bucket that may be public", "app", unset("UploadsBucket", "PublicAccessBlockConfiguration"), keeping.stores_are_closed),
    ("a bucket without TLS", "data", without("ArtifactsBucketPolicy"), keeping.stores_are_closed),
    ("a queue in the clear", "app", unset("AllocationDeadLetterQueue", "SqsManagedSseEnabled"), keeping.stores_are_closed),
    ("a name that stands in the way", "app", put("MainLambdaFunction", FunctionName="MainFunction"), keeping.names_are_given_by_cloudformation),
    ("an alarm nobody hears", "app", unset("QueueAgeAlarm", "AlarmActions"), joints.alarms_tell_somebody),
    # Parameters and outputs.
    ("a parameter nobody uses", "app", lambda t: t["Parameters"].update(Spare={"Type": "String", "Default": "", "Description": "Nothing.", "AllowedPattern": ".*"}), joints.everything_declared_is_used),
    ("a condition nobody uses", "app", lambda t: t["Conditions"].update(Spare={"Fn::Equals": ["a", "b"]}), joints.everything_declared_is_used),
    ("a parameter without a sentence", "app", lambda t: t["Parameters"]["SyncLines"].pop("Description"), joints.parameters_are_described),
    ("an output under another name", "app", lambda t: t["Outputs"]["MainAlias"]["Export"].update(Name={"Fn::Sub": "${AWS::StackName}-Alias"}), joints.outputs_are_described),
]  # fmt: skip
CAUGHT_BY_LINTER: list[tuple[str, str, Fault, str]] = [
    ("a reference to nothing", "app", put("AllocationQueueMapping", FunctionName={"Ref": "AllocationAlias"}), "E1020"),
    ("an attribute that is not there", "app", put("MainLambdaFunction", Role={"Fn::GetAtt": ["LambdaExecutionRole", "ARN"]}), "E1010"),
    ("a misspelt property", "data", put("RDSInstance", StorageEncryption=True), "E3002"),
    ("a missing role", "app", unset("MainLambdaFunction", "Role"), "E3003"),
    ("a runtime that is no more", "app", put("MainLambdaFunction", Runtime="python3.9"), "W2531"),
    ("a PostgreSQL that is no more", "data", put("RDSInstance", EngineVersion="12.7"), "W3691"),
    ("a circle", "app", lambda t: t["Resources"]["UploadsBucketPolicy"].update(DependsOn="UploadsBucket") or t["Resources"]["UploadsBucket"].update(DependsOn="UploadsBucketPolicy"), "E3004"),
    ("a misspelt action", "app", lambda t: statement(t, "LambdaExecutionRole", "s3:PutObject").update(Action="s3:PutObjekt"), "W3037"),
    ("no such addresses", "network", put("PublicSubnet1", CidrBlock="10.0.0.0/40"), "E3002"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "fault", "rule"), [case[1:] for case in CAUGHT_BY_RULES], ids=[case[0] for case in CAUGHT_BY_RULES]
)
def test_a_planted_fault_is_caught_by_a_rule(kind: str, fault: Fault, rule: Rule) -> None:
    template = unrolled(kind)
    assert list(rule(template)) == []
    fault(template)
    assert list(rule(template))


@pytest.mark.parametrize(
    ("kind", "fault", "code"), [case[1:] for case in CAUGHT_BY_LINTER], ids=[case[0] for case in CAUGHT_BY_LINTER]
)
def test_a_planted_fault_is_caught_by_the_linter(kind: str, fault: Fault, code: str) -> None:
    template = unrolled(kind)
    fault(template)
    found = linter.lint(json.dumps(template), config=ManualArgs(regions=["us-east-1"]))
    assert code in {match.rule.id for match in found}, found


def test_an_import_that_nobody_exports_is_caught() -> None:
    templates = {kind: unrolled(kind) for kind in ("network", "data", "app", "api", "web")}
    assert list(joints.imports_are_exported(templates)) == []
    del templates["data"]["Outputs"]["DBPassword"]["Export"]
    assert any("data-DBPassword" in fault for fault in joints.imports_are_exported(templates))


def test_an_export_that_nobody_imports_is_caught() -> None:
    templates = {kind: unrolled(kind) for kind in ("network", "data", "app", "api", "web")}
    templates["app"]["Outputs"]["MigrationFunction"]["Export"] = {"Name": {"Fn::Sub": "x"}}
    assert any("app-MigrationFunction" in fault for fault in joints.imports_are_exported(templates))


@pytest.mark.parametrize(
    "rule",
    RULES,
    ids=lambda rule: rule.__name__,
)
def test_every_rule_has_caught_something(rule: Rule) -> None:
    assert rule in [case[3] for case in CAUGHT_BY_RULES]
