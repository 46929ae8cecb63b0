"""The gateway of a deployed environment: who gets through to the function, and with which claims."""

import base64
import hashlib
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPMessage
from typing import Any, NamedTuple

from emulator import Emulator

from conftest import Run

PASSWORD = "Correct-Horse-7-Battery"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: HTTPMessage
    body: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def ask(url: str, verb: str = "GET", form: dict[str, str] | None = None, **headers: str) -> Answer:
    data = urllib.parse.urlencode(form).encode() if form is not None else (b"{}" if verb in ("POST", "PUT") else None)
    request = urllib.request.Request(url, data, headers, method=verb)
    try:
        with _OPENER.open(request, timeout=60) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read().decode())


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def machine_token(emulator: Emulator, scope: str) -> str:
    """Return a token of the machine client."""
    api = emulator.outputs("api")
    known = emulator.client("cognito-idp").describe_user_pool_client(
        UserPoolId=api["UserPool"], ClientId=api["MachineClient"]
    )
    credentials = f"{api['MachineClient']}:{known['UserPoolClient']['ClientSecret']}".encode()
    form = {"grant_type": "client_credentials", "scope": scope}
    basic = {"Authorization": "Basic " + base64.b64encode(credentials).decode()}
    return str(json.loads(ask(f"{emulator.url}/oauth2/token", "POST", form, **basic).body)["access_token"])


def sign_in(emulator: Emulator, scope: str) -> dict[str, Any]:
    """Sign in at the console as stock@example.com, by a code that only the asking page can redeem."""
    web, verifier = emulator.outputs("web"), "v" * 64
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {"client_id": web["ConsoleClient"], "redirect_uri": web["ConsoleUrl"], "scope": scope}
    asked |= {"response_type": "code", "code_challenge": challenge, "code_challenge_method": "S256", "state": "s"}
    page = ask(f"{emulator.url}/oauth2/authorize?" + urllib.parse.urlencode(asked))
    if page.status != 200:
        return {"refused": page.body or page.headers.get("Location", "")}
    hidden = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', page.body))
    form = {**asked, **hidden, "username": "stock@example.com", "password": PASSWORD}
    back = ask(f"{emulator.url}/oauth2/login", "POST", form)
    returned = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back.headers["Location"]).query))
    redeemed = {"grant_type": "authorization_code", "code": returned["code"], "code_verifier": verifier}
    redeemed |= {"client_id": web["ConsoleClient"], "redirect_uri": web["ConsoleUrl"]}
    tokens: dict[str, Any] = json.loads(ask(f"{emulator.url}/oauth2/token", "POST", redeemed).body)
    return tokens


def test_only_whom_the_contract_names_gets_through(emulator: Emulator, deployment: Run) -> None:
    done = deployment("deploy", "--yes")
    assert done.returncode == 0, done.stderr
    api = emulator.outputs("api")
    base = f"{emulator.url}/restapis/{api['Api']}/v1/_user_request_"

    # Nobody: the two open routes, and no other.
    assert ask(f"{base}/health").status == 200
    assert ask(f"{base}/ready").status == 200
    for headers in ({}, bearer("garbage"), {"Authorization": "Basic x"}):
        refused = ask(f"{base}/orders", **headers)
        assert refused.status == 401
        assert refused.headers["Content-Type"] == "application/problem+json"
        problem = json.loads(refused.body)
        assert (problem["type"], problem["status"]) == ("https://hikiate.dev/problems/unauthorized", 401)
        assert refused.headers["X-Request-Id"] == problem["instance"]

    # A machine: its claims reach the function.
    viewer = machine_token(emulator, "hikiate/viewer")
    seen = ask(f"{base}/orders", **bearer(viewer))
    assert seen.status == 200
    claims = json.loads(seen.body)["caller"]["claims"]
    assert (claims["client_id"], claims["token_use"], claims["scope"]) == (
        api["MachineClient"],
        "access",
        "hikiate/viewer",
    )
    # Whether it may, the function judges by the scope: the gateway could only say 401, and too little is 403.
    assert (
        json.loads(ask(f"{base}/orders", "POST", **bearer(viewer)).body)["caller"]["claims"]["scope"]
        == "hikiate/viewer"
    )

    # A token with a letter of its signature changed.
    head, _, signature = viewer.rpartition(".")
    other = ("A" if signature[5] != "A" else "B").join((signature[:5], signature[6:]))
    assert ask(f"{base}/orders", **bearer(f"{head}.{other}")).status == 401

    # A person: their scope says that they are one, and their groups what they may.
    users, pool = emulator.client("cognito-idp"), api["UserPool"]
    users.admin_create_user(UserPoolId=pool, Username="stock@example.com", MessageAction="SUPPRESS")
    users.admin_set_user_password(UserPoolId=pool, Username="stock@example.com", Password=PASSWORD, Permanent=True)
    users.admin_add_user_to_group(UserPoolId=pool, Username="stock@example.com", GroupName="viewer")
    tokens = sign_in(emulator, "openid hikiate/user")
    through = ask(f"{base}/orders", "POST", **bearer(tokens["access_token"]))
    assert through.status == 200
    claims = json.loads(through.body)["caller"]["claims"]
    assert "viewer" in claims["cognito:groups"]
    assert "hikiate/user" in claims["scope"].split()
    assert ask(f"{base}/orders", **bearer(tokens["id_token"])).status == 401

    # A token without a scope of ours is no token for this API.
    assert ask(f"{base}/orders", **bearer(sign_in(emulator, "openid")["access_token"])).status == 401

    # Asking for a role does not give it.
    greedy = sign_in(emulator, "openid hikiate/admin")
    assert "hikiate/admin" not in json.dumps(greedy.get("scope", "")), greedy
    assert "access_token" not in greedy or ask(f"{base}/audit", **bearer(greedy["access_token"])).status == 401

    # What the contract does not have.
    for verb, path in (("GET", "/nothing"), ("DELETE", "/orders"), ("GET", "/orders/1/nothing")):
        assert ask(base + path, verb, **bearer(viewer)).status in (403, 404), (verb, path)
