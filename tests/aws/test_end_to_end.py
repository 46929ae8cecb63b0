"""The templates deployed, a token from the pool, the gateway and its authorizer, the zips, the secret, a database."""

import base64
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any
from uuid import uuid4

import httpx
import pytest
from deployed import Deployed, NotAllowed, deployed
from machines import wait_for

from builders import allocate, order, receive

FIFO = {"allocation_method": "FIFO"}


@pytest.fixture(scope="session")
def system(zips: Path) -> Iterator[Deployed]:
    """The system, deployed once for all tests here."""
    folder = Path(tempfile.gettempdir()) / f"hikiate-tests-{uuid4().hex}"
    folder.mkdir()
    try:
        with deployed(folder, zips) as made:
            yield made
    finally:
        rmtree(folder)


@pytest.fixture(scope="session")
def operator(system: Deployed) -> str:
    """The token of a machine that may change things."""
    return system.machine("hikiate/operator")


def claims_of(token: str) -> dict[str, Any]:
    """Read a token without checking it."""
    part = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def refused(answer: httpx.Response, status: int) -> None:
    """Check that an answer is a problem of this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_a_release_whose_migration_failed_gets_no_traffic(system: Deployed) -> None:
    assert "The schema was not migrated, and the traffic stays where it was" in system.refused
    assert "The database does not answer." in system.refused


def test_an_order_is_allocated(system: Deployed, operator: str) -> None:
    with system.api(operator) as api:
        assert api.get("/ready").json() == {"status": "ready"}
        receive(api, "E2E", 10, "12.5")
        made = order(api, ("E2E", 4))
        run = allocate(api, order_ids=[made["id"]])
        assert (run["allocated_quantity"], run["allocated_price"]) == (4, 50)
        assert api.get(f"/orders/{made['id']}").json()["status"] == "allocated"
    with system.server.connect("hikiate") as connection:
        found = connection.execute(
            "SELECT usename, ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND usename = 'hikiate'"
        )
        assert len(found.fetchall()) > 0


def test_a_queued_run_is_served_by_the_allocation_function(system: Deployed, operator: str) -> None:
    with system.api(operator) as api:
        receive(api, "QUEUED", 10)
        made = order(api, ("QUEUED", 4))
        answer = api.post("/allocate", json={**FIFO, "order_ids": [made["id"]]}, headers={"Prefer": "respond-async"})
        assert answer.status_code == 202
        run_id = answer.json()["id"]
        wait_for("the run", lambda: api.get(f"/allocation-runs/{run_id}").json()["status"] == "completed")
        assert api.get(f"/orders/{made['id']}").json()["allocated"] is True


def test_a_file_is_imported_from_the_bucket(system: Deployed, operator: str) -> None:
    with system.api(operator) as api:
        announced = api.post("/imports", json={"kind": "inventories"}).json()
        content = "item_code,quantity,receipt_date,unit_price\nFILE,3,2026-01-01,2\n"
        answer = httpx.put(announced["upload_url"], content=content, headers={"Content-Type": "text/csv"})
        assert answer.status_code == 200, answer.text
        shown = lambda: api.get(f"/imports/{announced['id']}").json()  # noqa: E731
        wait_for("the import", lambda: shown()["status"] == "completed")
        assert shown()["report"]["accepted"] == 1


def test_a_file_in_a_request_reaches_the_function_by_its_bytes(system: Deployed, operator: str) -> None:
    with system.api(operator) as api:
        content = "item_code,quantity,receipt_date,unit_price\n商品,3,2026-01-01,2\n"
        csv = {"Content-Type": "text/csv"}
        assert (
            api.post("/inventories/import?dry_run=true", content=content.encode(), headers=csv).json()["accepted"] == 1
        )
        answer = api.post("/inventories/import?dry_run=true", content=content.encode("cp932"), headers=csv)
        refused(answer, 422)


def _tampered(token: str) -> str:
    head, body, signature = token.split(".")
    claims = {**claims_of(token), "scope": "hikiate/admin"}
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{head}.{changed}.{signature}" if changed != body else ""


def _unsigned(token: str) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return f"{head}.{token.split('.')[1]}."


def test_a_bad_token_does_not_pass_the_gateway(system: Deployed, operator: str) -> None:
    stranger = other_pool(system)
    good = system.person("identity", "admin")
    for token in (None, "garbage", _tampered(operator), _unsigned(operator), stranger, good["id_token"]):
        with system.api(token) as api:
            refused(api.get("/items"), 401)
            refused(api.post("/orders", json={"item_code": "X", "quantity": 1}), 401)
            assert api.get("/health").status_code == 200


def other_pool(system: Deployed) -> str:
    """Return a good token of another pool, with the same scopes."""
    cognito = system.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="another")["UserPool"]["Id"]
    scopes = [{"ScopeName": "admin", "ScopeDescription": "admin"}]
    cognito.create_resource_server(UserPoolId=pool, Identifier="hikiate", Name="hikiate", Scopes=scopes)
    return system.machine("hikiate/admin", pool)


def test_an_expired_token_does_not_pass(system: Deployed) -> None:
    token = system.machine("hikiate/viewer", AccessTokenValidity=2, TokenValidityUnits={"AccessToken": "seconds"})
    wait_for("the token's end", lambda: time.time() > claims_of(token)["exp"] + 1)
    with system.api(token) as api:
        refused(api.get("/items"), 401)


@pytest.mark.parametrize(
    ("scope", "may"), [("viewer", (200, 403, 403)), ("operator", (200, 201, 403)), ("admin", (200, 201, 200))]
)
def test_a_machine_may_what_its_scope_says(system: Deployed, scope: str, may: tuple[int, int, int]) -> None:
    with system.api(system.machine(f"hikiate/{scope}")) as api:
        answers = (api.get("/items"), api.post("/orders", json={"item_code": "X", "quantity": 1}), api.get("/audit"))
    assert tuple(answer.status_code for answer in answers) == may
    for answer in answers:
        if answer.status_code == 403:
            refused(answer, 403)


@pytest.mark.parametrize(
    ("group", "may"), [("viewer", (200, 403, 403)), ("operator", (200, 201, 403)), ("admin", (200, 201, 200))]
)
def test_a_person_may_what_their_group_says(system: Deployed, group: str, may: tuple[int, int, int]) -> None:
    token = system.person(f"the-{group}", group)["access_token"]
    assert "hikiate/user" in claims_of(token)["scope"].split()
    with system.api(token) as api:
        answers = (api.get("/items"), api.post("/orders", json={"item_code": "X", "quantity": 1}), api.get("/audit"))
    assert tuple(answer.status_code for answer in answers) == may


def test_nobody_gets_a_scope_that_is_not_theirs(system: Deployed) -> None:
    """People may not ask for scopes that are roles of machines, nor the template's machine for more than its own."""
    with pytest.raises(NotAllowed, match="invalid_scope"):
        system.person("climber", "viewer", scope="openid hikiate/user hikiate/admin")
    client_id, pool = system.outputs["api"]["MachineClient"], system.outputs["api"]["UserPool"]
    machine = system.client("cognito-idp").describe_user_pool_client(UserPoolId=pool, ClientId=client_id)
    secret = machine["UserPoolClient"]["ClientSecret"]
    assert system.token(client_id, secret, "hikiate/operator")
    with pytest.raises(NotAllowed):
        system.token(client_id, secret, "hikiate/admin")


def test_a_function_invoked_around_the_gateway_trusts_nobody(system: Deployed, operator: str) -> None:
    event = {
        "resource": "/items",
        "path": "/items",
        "httpMethod": "GET",
        "headers": {"Authorization": f"Bearer {operator}", "Host": "x"},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "requestContext": {"requestId": "x", "identity": {"sourceIp": "203.0.113.7"}},
        "body": None,
        "isBase64Encoded": False,
    }
    answer = system.client("lambda").invoke(FunctionName=system.outputs["app"]["MainAlias"], Payload=json.dumps(event))
    assert json.loads(answer["Payload"].read())["statusCode"] == 401
