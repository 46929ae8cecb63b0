"""Who may do what: roles, policies of resources, security groups, secrets."""

import json
from collections.abc import Iterator

from policy.templates import Json, listed, properties, resources, statements

_TAKE_NO_RESOURCE = {
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
}
"""Actions whose resource can only be `*`; Lambda needs the first six to put a function into a network."""
_MANAGED = {"AmazonRDSEnhancedMonitoringRole", "AmazonAPIGatewayPushToCloudWatchLogs"}
"""Policies of AWS's own that a service asks for by name."""
_OWN_ACCOUNT = {"aws:SourceAccount", "aws:SourceArn", "aws:PrincipalAccount", "AWS:SourceArn"}
_FOR_ANYBODY = ("*", {"AWS": "*"})
_SECRET_NAMES = ("password", "secretstring", "masteruserpassword", "oauthtoken")


def no_action_is_a_wildcard(template: Json) -> Iterator[str]:
    """Roles name each action; a key's own account may do all with it, or nobody could ever mend its policy."""
    for name, body in resources(template).items():
        for statement in _statements(body):
            if statement["Effect"] == "Allow" and statement.get("Sid") != "TheAccountRulesItsKey":
                for action in listed(statement["Action"]):
                    if "*" in action:
                        yield f"{name} allows {action}"


def no_resource_is_a_wildcard(template: Json) -> Iterator[str]:
    """Roles name what they act on, where the action takes a resource."""
    for kind in ("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        for name, body in resources(template, kind).items():
            for statement in statements(body):
                if statement["Effect"] == "Allow" and "*" in listed(statement["Resource"]):
                    for action in set(listed(statement["Action"])) - _TAKE_NO_RESOURCE:
                        yield f"{name} allows {action} on everything"


def only_named_policies_of_aws(template: Json) -> Iterator[str]:
    """A role has policies written here, and none of AWS's wide ones."""
    for name, body in resources(template, "AWS::IAM::Role").items():
        for policy in body["Properties"].get("ManagedPolicyArns", []):
            text = json.dumps(policy)
            if "iam::aws:policy" in text and not any(known in text for known in _MANAGED):
                yield f"{name} takes {text}"


def nobody_is_anybody(template: Json) -> Iterator[str]:
    """A policy that lets everybody in says under which condition; a service only acts for our own account."""
    for name, body in resources(template).items():
        if body["Type"] == "AWS::IAM::Role":
            continue
        for statement in _statements(body):
            if statement["Effect"] != "Allow":
                continue
            keys = {key for test in statement.get("Condition", {}).values() for key in test}
            principal = statement.get("Principal")
            if principal in _FOR_ANYBODY and "aws:PrincipalAccount" not in keys:
                yield f"{name} lets anybody in"
            if isinstance(principal, dict) and "Service" in principal and not keys & _OWN_ACCOUNT:
                yield f"{name} lets {principal['Service']} in for any account"


def nothing_listens_to_the_world(template: Json) -> Iterator[str]:
    """Security groups admit groups; the database admits the functions' group only."""
    for name, body in resources(template, "AWS::EC2::SecurityGroup").items():
        if "SecurityGroupEgress" not in body["Properties"]:
            yield f"{name} lets everything out"
        for rule in body["Properties"].get("SecurityGroupIngress", []):
            if "CidrIp" in rule or "CidrIpv6" in rule:
                yield f"{name} admits addresses"
            if name == "DBSecurityGroup" and rule.get("SourceSecurityGroupId") != {"Ref": "WebSecurityGroup"}:
                yield f"{name} admits others than the functions"
    for name in resources(template, "AWS::EC2::Subnet"):
        if properties(template, name).get("MapPublicIpOnLaunch") is not False:
            yield f"{name} gives public addresses"


def no_secret_is_written_down(template: Json) -> Iterator[str]:
    """Secrets are made and resolved; none is text, a parameter, or in an environment."""
    for name in template["Parameters"]:
        if any(word in name.lower() for word in ("password", "token", "secret")) and name != "PasswordDays":
            yield f"{name} is a secret as a parameter"
    for name, body in resources(template).items():
        yield from (f"{name}.{key} is a secret in the open" for key in _secrets(body.get("Properties", {})))


def _secrets(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for inner in part:
            yield from _secrets(inner)
    if isinstance(part, dict):
        for key, value in part.items():
            if key.lower().replace("_", "") in _SECRET_NAMES and "{{resolve:secretsmanager:" not in json.dumps(value):
                yield key
            yield from _secrets(value)


def _statements(body: Json) -> list[Json]:
    own = statements(body)
    trust = body.get("Properties", {}).get("AssumeRolePolicyDocument", {}).get("Statement", [])
    key = body.get("Properties", {}).get("KeyPolicy", {}).get("Statement", [])
    return [*own, *trust, *key]


RULES = (
    no_action_is_a_wildcard,
    no_resource_is_a_wildcard,
    only_named_policies_of_aws,
    nobody_is_anybody,
    nothing_listens_to_the_world,
    no_secret_is_written_down,
)
