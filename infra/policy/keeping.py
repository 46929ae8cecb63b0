"""What is kept: encrypted, for how long, and what survives a deletion."""

from collections.abc import Iterator

from policy.templates import Json, refers, resources

_STATEFUL = ("AWS::RDS::DBInstance", "AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::Cognito::UserPool",
             "AWS::KMS::Key", "AWS::Logs::LogGroup")  # fmt: skip
_NAMED = {
    "DBProxy": "its type asks for a name",
    "UserPool": "people see it, and it may be changed",
    "UserDomain": "it is the address of the sign-in page",
    "FirewallLogGroup": "WAF writes to no group of another name",
}
_NAMES = ("FunctionName", "BucketName", "QueueName", "TopicName", "RoleName", "DBInstanceIdentifier", "LogGroupName",
          "TableName", "AlarmName", "GroupName", "LayerName", "ManagedPolicyName")  # fmt: skip
_NAME_ANOTHER = ("AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::Lambda::Permission",
                 "AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig", "AWS::EC2::FlowLog",
                 "AWS::Cognito::UserPoolGroup")  # fmt: skip
"""Types where such a property names another resource, or is the thing itself."""


def logs_end(template: Json) -> Iterator[str]:
    """Every log group says for how long."""
    for name, body in resources(template, "AWS::Logs::LogGroup").items():
        if "RetentionInDays" not in body.get("Properties", {}):
            yield f"{name} keeps its logs for ever"


def deletion_is_decided(template: Json) -> Iterator[str]:
    """Whatever holds something says what becomes of it, when it is deleted and when it is replaced."""
    for name, body in resources(template).items():
        if body["Type"] in _STATEFUL and not {"DeletionPolicy", "UpdateReplacePolicy"} <= body.keys():
            yield f"{name} does not say what becomes of it"
        if body["Type"] in ("AWS::Lambda::Version", "AWS::Lambda::LayerVersion") and (
            body.get("UpdateReplacePolicy") != "Retain"
        ):
            yield f"{name} would be gone when a rollback wants it"
    for name, body in resources(template, "AWS::RDS::DBInstance").items():
        if not {body.get("DeletionPolicy"), body.get("UpdateReplacePolicy")} <= {"Snapshot", "Retain"}:
            yield f"{name} could be lost"


def databases_are_safe(template: Json) -> Iterator[str]:
    """A database is private, encrypted, backed up, in a subnet group, and speaks TLS or nothing."""
    for name, body in resources(template, "AWS::RDS::DBInstance").items():
        given = body["Properties"]
        wanted = {"PubliclyAccessible": False, "StorageEncrypted": True, "CopyTagsToSnapshot": True}
        yield from (f"{name}.{key} is not {value}" for key, value in wanted.items() if given.get(key) is not value)
        needed = ("DBSubnetGroupName", "VPCSecurityGroups", "BackupRetentionPeriod", "DeletionProtection", "MultiAZ")
        yield from (f"{name} has no {key}" for key in needed if key not in given)
        group = template["Resources"].get(given.get("DBParameterGroupName", {}).get("Ref"), {})
        if group.get("Properties", {}).get("Parameters", {}).get("rds.force_ssl") != "1":
            yield f"{name} speaks without TLS"
    for name, body in resources(template, "AWS::RDS::DBProxy").items():
        if body["Properties"].get("RequireTLS") is not True:
            yield f"{name} speaks without TLS"


def secrets_are_replaced(template: Json) -> Iterator[str]:
    """Every secret is made by Secrets Manager and rotated."""
    schedules = resources(template, "AWS::SecretsManager::RotationSchedule").values()
    for name, body in resources(template, "AWS::SecretsManager::Secret").items():
        if "GenerateSecretString" not in body["Properties"]:
            yield f"{name} is not made by Secrets Manager"
        if not any(refers(schedule["Properties"].get("SecretId"), name) for schedule in schedules):
            yield f"{name} is never replaced"


def stores_are_closed(template: Json) -> Iterator[str]:
    """Buckets are encrypted, private, owned, and speak TLS only; queues and topics are encrypted."""
    policies = list(resources(template, "AWS::S3::BucketPolicy").values())
    for name, body in resources(template, "AWS::S3::Bucket").items():
        given = body["Properties"]
        block = given.get("PublicAccessBlockConfiguration", {})
        if [
            block.get(key)
            for key in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
        ] != [True] * 4:
            yield f"{name} may be public"
        if "BucketEncryption" not in given:
            yield f"{name} is not encrypted"
        if given.get("OwnershipControls", {}).get("Rules") != [{"ObjectOwnership": "BucketOwnerEnforced"}]:
            yield f"{name} may hold what others own"
        own = [policy["Properties"] for policy in policies if refers(policy["Properties"]["Bucket"], name)]
        if not any(
            _denies_without_tls(statement) for policy in own for statement in policy["PolicyDocument"]["Statement"]
        ):
            yield f"{name} speaks without TLS"
    for name, body in resources(template, "AWS::SQS::Queue").items():
        if body.get("Properties", {}).get("SqsManagedSseEnabled") is not True:
            yield f"{name} is not encrypted"
    for name, body in resources(template, "AWS::SNS::Topic").items():
        if "KmsMasterKeyId" not in body.get("Properties", {}):
            yield f"{name} is not encrypted"


def names_are_given_by_cloudformation(template: Json) -> Iterator[str]:
    """A name of our own keeps a resource from being replaced, so only these have one."""
    for name, body in resources(template).items():
        if name in _NAMED or body["Type"] in _NAME_ANOTHER:
            continue
        for key in _NAMES:
            if key in body.get("Properties", {}):
                yield f"{name} has a {key} of its own"


def _denies_without_tls(statement: Json) -> bool:
    return statement["Effect"] == "Deny" and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}


RULES = (
    logs_end,
    deletion_is_decided,
    databases_are_safe,
    secrets_are_replaced,
    stores_are_closed,
    names_are_given_by_cloudformation,
)
