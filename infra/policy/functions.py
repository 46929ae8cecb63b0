"""What every function has, and whoever calls it may."""

from collections.abc import Iterator

from policy.templates import Json, properties, refers, resources, statements

_RUNTIME, _ARCHITECTURE = "python3.13", "arm64"
_GATEWAY_SECONDS = 29
_LAYERS = ("ModelsLambdaLayer", "DatabaseLambdaLayer", "SchemasLambdaLayer")


def functions_are_whole(template: Json) -> Iterator[str]:
    """A function has a log group, a place for what fails, traces, a network, and all three layers in order."""
    for name, body in resources(template, "AWS::Lambda::Function").items():
        given = body["Properties"]
        group = given.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref")
        if group not in resources(template, "AWS::Logs::LogGroup"):
            yield f"{name} has no log group"
        queue = given.get("DeadLetterConfig", {}).get("TargetArn", {}).get("Fn::GetAtt", [None])[0]
        if queue not in resources(template, "AWS::SQS::Queue"):
            yield f"{name} has no dead-letter queue"
        if given.get("TracingConfig") != {"Mode": "Active"}:
            yield f"{name} is not traced"
        if not given.get("VpcConfig", {}).get("SubnetIds") or not given.get("VpcConfig", {}).get("SecurityGroupIds"):
            yield f"{name} is in no network"
        if given.get("Layers") != [{"Ref": layer} for layer in _LAYERS]:
            yield f"{name} lacks a layer"
        if not {"MemorySize", "Timeout"} <= given.keys():
            yield f"{name} has no bounds"


def functions_have_roles_of_their_own(template: Json) -> Iterator[str]:
    """No two functions share a role; each may write to its own log group and no other, and to its dead letters."""
    roles: dict[str, str] = {}
    for name, body in resources(template, "AWS::Lambda::Function").items():
        given = body["Properties"]
        role = given["Role"].get("Fn::GetAtt", [None])[0]
        if role not in template["Resources"]:
            yield f"{name} has no role of this template"
            continue
        if role in roles:
            yield f"{name} shares {role} with {roles[role]}"
        roles[role] = name
        group = given.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref")
        allowed = statements(template["Resources"][role])
        written = [statement["Resource"] for statement in allowed if "logs:PutLogEvents" in statement["Action"]]
        if written != [{"Fn::GetAtt": [group, "Arn"]}]:
            yield f"{name} writes to other logs than its own"
        queue = given.get("DeadLetterConfig", {}).get("TargetArn", {}).get("Fn::GetAtt", [None])[0]
        sends = [statement["Resource"] for statement in allowed if "sqs:SendMessage" in statement["Action"]]
        if queue and not refers(sends, queue):
            yield f"{name} may not send its dead letters"


def runtimes_agree(template: Json) -> Iterator[str]:
    """Functions and layers are built for one Python on one architecture."""
    for name, body in resources(template, "AWS::Lambda::Function").items():
        if (body["Properties"].get("Runtime"), body["Properties"].get("Architectures")) != (_RUNTIME, [_ARCHITECTURE]):
            yield f"{name} is not {_RUNTIME} on {_ARCHITECTURE}"
    for name, body in resources(template, "AWS::Lambda::LayerVersion").items():
        given = body["Properties"]
        if (given.get("CompatibleRuntimes"), given.get("CompatibleArchitectures")) != ([_RUNTIME], [_ARCHITECTURE]):
            yield f"{name} is not for {_RUNTIME} on {_ARCHITECTURE}"


def queues_outlast_their_functions(template: Json) -> Iterator[str]:
    """A message stays hidden while it is worked on, fails alone, and is given up in the end."""
    for name, body in resources(template, "AWS::Lambda::EventSourceMapping").items():
        given = body["Properties"]
        if given.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{name}: one bad message would repeat the whole batch"
        queue = given["EventSourceArn"]["Fn::GetAtt"][0]
        function = properties(template, given["FunctionName"]["Ref"])["FunctionName"]["Ref"]
        hidden, works = (
            properties(template, queue).get("VisibilityTimeout", 30),
            properties(template, function)["Timeout"],
        )
        if hidden < works + 60:
            yield f"{queue} shows messages again while {function} works on them"
        if "RedrivePolicy" not in properties(template, queue):
            yield f"{queue} never gives a message up"


def callers_may_call(template: Json) -> Iterator[str]:
    """Every rule's target and every integration has its permission, bound to the one who calls."""
    permissions = [body["Properties"] for body in resources(template, "AWS::Lambda::Permission").values()]
    for permission in permissions:
        if "SourceArn" not in permission:
            yield f"{permission['Principal']} may call for anybody"
    for name, body in resources(template, "AWS::Events::Rule").items():
        for target in body["Properties"]["Targets"]:
            if not any(
                permission["FunctionName"] == target["Arn"] and refers(permission.get("SourceArn"), name)
                for permission in permissions
            ):
                yield f"{name} may not call its target"
    for name in resources(template, "AWS::ApiGateway::RestApi"):
        if not any(
            permission["Principal"] == "apigateway.amazonaws.com" and refers(permission.get("SourceArn"), name)
            for permission in permissions
        ):
            yield f"{name} may not call its function"


def versions_are_new(template: Json) -> Iterator[str]:
    """A version's function changes with its release: Lambda publishes none of a function that is as it was."""
    for name, body in resources(template, "AWS::Lambda::Version").items():
        function = body["Properties"]["FunctionName"]["Ref"]
        if not refers(body["Properties"].get("Description"), "Release"):
            yield f"{name} is never published anew"
        if not refers(properties(template, function), "Release"):
            yield f"{function} may be as it was when {name} is published"


def the_gateway_outlasts_the_api(template: Json) -> Iterator[str]:
    """A function that answers the gateway ends before the gateway stops listening; only aliases are called."""
    for alias, body in resources(template, "AWS::Lambda::Alias").items():
        function = body["Properties"]["FunctionName"]["Ref"]
        given = properties(template, function)
        if given.get("SnapStart") and given["Timeout"] > _GATEWAY_SECONDS:
            yield f"{function} works on after the gateway has given up ({alias})"


RULES = (
    functions_are_whole,
    functions_have_roles_of_their_own,
    runtimes_agree,
    queues_outlast_their_functions,
    callers_may_call,
    versions_are_new,
    the_gateway_outlasts_the_api,
)
