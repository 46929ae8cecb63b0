"""What templates hold as text: expressions, JSON, a function of CloudFront's. Nobody else reads it before AWS does."""

import json
import re
import subprocess

import pytest

from policy.templates import properties, resources, unrolled


@pytest.mark.parametrize(
    ("length", "blocked"), [("0", False), ("4499999", False), ("4500000", True), ("5000000", True), ("12345678", True)]
)
def test_the_firewall_knows_what_is_too_large(length: str, blocked: bool) -> None:
    (rule,) = [rule for rule in properties(unrolled("api"), "WebACL")["Rules"] if rule["Name"] == "TooLarge"]
    assert bool(re.search(rule["Statement"]["RegexMatchStatement"]["RegexString"], length)) is blocked
    # What is let through must fit into a call of Lambda, in base64, with its headers and claims.
    assert blocked or int(length) * 4 / 3 + 100_000 < 6 * 1024 * 1024


def test_the_firewall_answers_with_problems() -> None:
    acl = properties(unrolled("api"), "WebACL")
    for rule in acl["Rules"]:
        if "Block" in rule.get("Action", {}):
            answer = rule["Action"]["Block"]["CustomResponse"]
            problem = json.loads(acl["CustomResponseBodies"][answer["CustomResponseBodyKey"]]["Content"])
            assert problem["status"] == answer["ResponseCode"]
            assert {"type", "title", "detail"} <= problem.keys()


def test_the_gateways_answers_are_json_of_their_status() -> None:
    answers = resources(unrolled("api"), "AWS::ApiGateway::GatewayResponse")
    assert len(answers) == 15
    for body in answers.values():
        text, values = body["Properties"]["ResponseTemplates"]["application/json"]["Fn::Sub"]
        for name, value in values.items():
            text = text.replace(f"${{{name}}}", value)
        problem = json.loads(text)
        assert str(problem["status"]) == body["Properties"]["StatusCode"]
        assert problem["instance"] == "$context.requestId"


def test_the_access_log_is_json_with_the_caller() -> None:
    line = json.loads(properties(unrolled("api"), "Stage")["AccessLogSetting"]["Format"])
    assert line["caller"] == "$context.authorizer.claims.sub"
    assert line["request_id"] == "$context.requestId"


def test_the_dashboard_is_json() -> None:
    text, values = properties(unrolled("api"), "Dashboard")["DashboardBody"]["Fn::Sub"]
    board = json.loads(re.sub(r"\$\{[A-Za-z:]+\}", "x", text))
    assert len(board["widgets"]) == 6
    assert all(f"${{{name}}}" in text for name in values)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/api/orders", "/orders"),
        ("/api/items/%E8%8C%B6%20A/costs", "/items/%E8%8C%B6%20A/costs"),
        ("/api/", "/"),
        ("/api/api/x", "/api/x"),
    ],
)
def test_the_api_is_found_behind_the_console(asked: str, given: str) -> None:
    code = properties(unrolled("web"), "ApiPaths")["FunctionCode"]
    event = json.dumps({"request": {"uri": asked, "querystring": {}}})
    ran = subprocess.run(
        ["node", "--eval", f"{code}; console.log(handler({event}).uri)"], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == given


def test_the_signed_uploads_and_the_page_agree_on_the_host() -> None:
    headers = properties(unrolled("web"), "SecurityHeaders")["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    text, values = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    assert "https://${UploadsHost}" in text
    assert values["UploadsHost"] == {"Fn::ImportValue": {"Fn::Sub": "${ParentAppStack}-UploadsHost"}}
    assert "\n" not in text
