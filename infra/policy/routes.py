"""The gateway against the contract: each operation of the OpenAPI document, guarded as it says, and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

from policy.templates import Json, properties, refers, resources

OPENAPI = Path(__file__).parents[2] / "docs" / "openapi.json"
SCOPES = ["hikiate/viewer", "hikiate/operator", "hikiate/admin", "hikiate/user"]
"""Any of ours lets a token in; the function judges the role, so that too little is 403 and not the gateway's 401."""
_PROBLEM_TYPE = '"type": "https://hikiate.dev/problems/'


def contract() -> dict[tuple[str, str], str | None]:
    """Return the role that each operation asks for, by verb and path; None for those that ask for none."""
    paths: dict[str, dict[str, Json]] = json.loads(OPENAPI.read_text())["paths"]
    return {
        (verb.upper(), path): operation.get("x-role") if operation.get("security") else None
        for path, verbs in paths.items()
        for verb, operation in verbs.items()
    }


def gateway(template: Json) -> dict[tuple[str, str], Json]:
    """Return the gateway's methods, by verb and path."""
    methods = resources(template, "AWS::ApiGateway::Method").values()
    return {
        (given["HttpMethod"], _path(template, given["ResourceId"])): given
        for given in (m["Properties"] for m in methods)
    }


def routes_are_the_contracts(template: Json) -> Iterator[str]:
    """Each operation is reachable by whom the contract names, through the function, and nothing else is."""
    if not resources(template, "AWS::ApiGateway::RestApi"):
        return
    wanted, found = contract(), gateway(template)
    yield from (f"{verb} {path} is in the contract only" for verb, path in sorted(wanted.keys() - found.keys()))
    yield from (f"{verb} {path} is in the gateway only" for verb, path in sorted(found.keys() - wanted.keys()))
    if len(found) != len(resources(template, "AWS::ApiGateway::Method")):
        yield "two methods have the same verb and path"
    for (verb, path), given in found.items():
        yield from (f"{verb} {path} {fault}" for fault in _faults(template, given, wanted.get((verb, path))))


def empty_paths_lead_somewhere(template: Json) -> Iterator[str]:
    """A path without a method has others below it."""
    parents = [properties(template, name)["ParentId"] for name in resources(template, "AWS::ApiGateway::Resource")]
    used = [body["Properties"]["ResourceId"] for body in resources(template, "AWS::ApiGateway::Method").values()]
    for name in resources(template, "AWS::ApiGateway::Resource"):
        if not refers([*parents, *used], name):
            yield f"{name} leads nowhere"


def answers_are_problems(template: Json) -> Iterator[str]:
    """What the gateway answers by itself is problem+json, with the request's id; a busy one says when to come back."""
    responses = resources(template, "AWS::ApiGateway::GatewayResponse")
    if resources(template, "AWS::ApiGateway::RestApi"):
        kinds = {body["Properties"]["ResponseType"] for body in responses.values()}
        yield from (f"{kind} has no answer" for kind in sorted({"DEFAULT_4XX", "DEFAULT_5XX"} - kinds))
    for name, body in responses.items():
        given = body["Properties"]
        headers = given.get("ResponseParameters", {})
        if headers.get("gatewayresponse.header.Content-Type") != "'application/problem+json'":
            yield f"{name} is no problem+json"
        if headers.get("gatewayresponse.header.X-Request-Id") != "context.requestId":
            yield f"{name} has no request id"
        text, values = given["ResponseTemplates"]["application/json"]["Fn::Sub"]
        if _PROBLEM_TYPE not in text or values["Status"] != given.get("StatusCode"):
            yield f"{name} says another status than it has"
        if given["StatusCode"] in ("429", "503") and headers.get("gatewayresponse.header.Retry-After") != "'1'":
            yield f"{name} does not say when to come back"


def people_have_no_role_by_scope(template: Json) -> Iterator[str]:
    """Whoever signs in by a browser may ask for any scope of the client, so none of them may be a role."""
    for name, body in resources(template, "AWS::Cognito::UserPoolClient").items():
        given = body["Properties"]
        flows, scopes = given.get("AllowedOAuthFlows", []), given.get("AllowedOAuthScopes", [])
        if "code" in flows and {"hikiate/viewer", "hikiate/operator", "hikiate/admin"} & set(scopes):
            yield f"{name} gives people roles that they only have to ask for"
        if "implicit" in flows:
            yield f"{name} puts tokens into addresses"
        if "client_credentials" in flows and given.get("GenerateSecret") is not True:
            yield f"{name} is a machine without a secret"
    for name, body in resources(template, "AWS::Cognito::UserPool").items():
        if body["Properties"].get("AdminCreateUserConfig") != {"AllowAdminCreateUserOnly": True}:
            yield f"{name} lets anybody sign up"


def the_stage_is_watched(template: Json) -> Iterator[str]:
    """The stage has its log, its trace, its bounds, and the firewall before it."""
    for name, body in resources(template, "AWS::ApiGateway::Stage").items():
        given = body["Properties"]
        if "AccessLogSetting" not in given or given.get("TracingEnabled") is not True:
            yield f"{name} is not logged and traced"
        if not any("ThrottlingRateLimit" in settings for settings in given.get("MethodSettings", [])):
            yield f"{name} takes any number of requests"
        walls = resources(template, "AWS::WAFv2::WebACLAssociation").values()
        if not any(refers(wall["Properties"]["ResourceArn"], name) for wall in walls):
            yield f"{name} has no firewall"


def _path(template: Json, reference: Json) -> str:
    if "Ref" not in reference:
        return ""
    given = properties(template, reference["Ref"])
    return f"{_path(template, given['ParentId'])}/{given['PathPart']}"


def _faults(template: Json, given: Json, role: str | None) -> Iterator[str]:
    integration = given.get("Integration", {})
    if (integration.get("Type"), integration.get("IntegrationHttpMethod")) != ("AWS_PROXY", "POST"):
        yield "does not call a function"
    if "-MainAlias" not in json.dumps(integration.get("Uri", "")):
        yield "does not call the released version"
    if role is None:
        if given.get("AuthorizationType") != "NONE":
            yield "asks for a token, and the contract does not"
        return
    authorizer = template["Resources"].get(given.get("AuthorizerId", {}).get("Ref"), {}).get("Properties", {})
    if given.get("AuthorizationType") != "COGNITO_USER_POOLS" or authorizer.get("Type") != "COGNITO_USER_POOLS":
        yield "is open"
    if given.get("AuthorizationScopes") != SCOPES:
        yield "lets other tokens in than those with a scope of ours"


RULES = (
    routes_are_the_contracts,
    empty_paths_lead_somewhere,
    answers_are_problems,
    people_have_no_role_by_scope,
    the_stage_is_watched,
)
