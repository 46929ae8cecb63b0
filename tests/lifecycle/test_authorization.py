"""Who may do what: every route of the OpenAPI document × role, and what each role may do under a condition."""

from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from guarded_routes import ALL, GUARDED, OPEN
from issuer import Issuer, as_role
from life import done, get, post, problem

from builders import receive
from hikiate.api.app import ROUTERS, create_app
from hikiate.api.exact import ExactRoute
from hikiate.database import Database
from hikiate.settings import Settings

ROLES = ("viewer", "operator", "admin")
# What contract section 7 says of routes: the rest of the GETs are for viewers, of the changes for operators. Those that
# have a dry run are for viewers until it is known to be none.
ADMIN = {"POST /inventories/{id}/adjust", "PUT /items/{item_code}", "GET /audit"}
DRY = {
    "POST /allocate",
    "POST /allocate/compare",
    "POST /inventories/import",
    "POST /orders/import",
    "POST /imports",
    "PUT /imports/{id}/file",
}


def test_every_route_has_a_rule() -> None:
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, ExactRoute)
            assert (route.role is None) == (route.path in OPEN), route.path
            for method in route.methods:
                assert any((method, route.path_format) == (known.method, known.path) for known in ALL), route.path


def test_every_rule_is_the_contracts() -> None:
    assert len(GUARDED) > 30
    for operation in GUARDED:
        name = f"{operation.method} {operation.path}"
        changes = operation.method != "GET" and name not in DRY
        assert operation.role == ("admin" if name in ADMIN else "operator" if changes else "viewer"), name


def test_only_what_the_contract_names_is_open() -> None:
    """Section 2: every route but these, and the console's static files, needs a token."""
    app = create_app(Database("postgresql://localhost/nowhere"), Settings(database_url=None))
    public = {"/openapi.json", "/docs", "/docs/oauth2-redirect"}
    for route in app.routes:
        path = getattr(route, "path", "")
        if not isinstance(route, APIRoute) and path:
            assert path in public, path


def test_a_route_without_a_rule_can_not_be_made() -> None:
    with pytest.raises(AttributeError, match="role"):
        ExactRoute("/open-to-all", lambda: None)


@pytest.mark.parametrize("role", [None, "nobody", *ROLES])
def test_every_route_lets_in_whom_it_may_and_nobody_else(
    guarded: httpx.Client, issuer: Issuer, role: str | None
) -> None:
    """Who asks is judged before anything else: the path's id, the query, the body."""
    authorization = f"Bearer {issuer.token(role)}"
    for operation in GUARDED:
        if role in ROLES[ROLES.index(operation.role or "") :]:
            answer = operation.call(guarded, authorization, "?dry_run=true" if "/import" in operation.path else "")
            assert answer.status_code in (200, 404, 415, 422), f"{operation}: {answer.text}"
        else:
            problem(operation.call(guarded, authorization, "?unknown=1"), 403, "forbidden")


@pytest.mark.parametrize("path", sorted({*OPEN, "/openapi.json", "/docs"}))
@pytest.mark.parametrize("authorization", [None, "Bearer nonsense"])
def test_what_is_open_asks_for_no_token(guarded: httpx.Client, path: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    assert guarded.get(path, headers=headers).status_code == 200


def test_metrics_are_for_viewers(guarded: httpx.Client, issuer: Issuer) -> None:
    problem(guarded.get("/metrics"), 401, "unauthorized")
    problem(guarded.get("/metrics", headers={"Authorization": f"Bearer {issuer.token('nobody')}"}), 403, "forbidden")
    metrics = guarded.get("/metrics", headers={"Authorization": f"Bearer {issuer.token('viewer')}"})
    assert metrics.status_code == 200
    assert "hikiate_requests_total" in metrics.text


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"cognito:groups": ["viewer"]}, "viewer"),
        ({"cognito:groups": ["staff", "admin"]}, "admin"),
        ({"roles": ["operator"]}, "operator"),
        ({"roles": "viewer operator"}, "operator"),
        ({"scope": "openid hikiate/viewer"}, "viewer"),
        ({"scope": "hikiate/viewer hikiate/admin"}, "admin"),
        ({"cognito:groups": ["viewer"], "roles": ["operator"], "scope": "openid"}, "operator"),
        ({}, None),
        ({"roles": []}, None),
        ({"roles": None, "cognito:groups": None, "scope": None}, None),
        ({"roles": {"admin": True}}, None),
        ({"roles": [["admin"], 3]}, None),
        ({"roles": ["Admin", "ADMIN", " admin", "hikiate/admin", "administrator"]}, None),
        ({"roles": ["adm\u0131n", "v\u0131ewer"]}, None),
        ({"scope": "admin viewer other/admin hikiate/Admin hikiate/"}, None),
        ({"scope": "xhikiate/admin"}, None),
        ({"cognito:username": "admin", "groups": ["admin"], "role": "admin"}, None),
    ],
)
def test_roles_come_from_groups_roles_and_scopes(
    guarded: httpx.Client, issuer: Issuer, claims: dict[str, Any], role: str | None
) -> None:
    headers = {"Authorization": f"Bearer {issuer.token(None, **claims)}"}
    reached = [
        guarded.get("/items", headers=headers).status_code == 200,
        guarded.post("/orders", json={}, headers=headers).status_code == 422,
        guarded.get("/audit", headers=headers).status_code == 200,
    ]
    assert reached == [role is not None and ROLES.index(role) >= place for place in range(3)]


@pytest.mark.usefixtures("database")
def test_dry_runs_are_for_viewers_and_runs_for_operators(guarded: httpx.Client, issuer: Issuer) -> None:
    viewer = as_role(guarded, issuer, "viewer")
    body = {"allocation_method": "FIFO"}
    assert post(viewer, "/allocate", {**body, "dry_run": True})["id"] is None
    assert len(post(viewer, "/allocate/compare", {"allocation_methods": ["FIFO", "LIFO"]})["methods"]) == 2
    problem(viewer.post("/allocate", json=body), 403, "forbidden")
    problem(viewer.post("/allocate", json={**body, "dry_run": False}), 403, "forbidden")
    assert get(viewer, "/allocation-runs")["items"] == []
    assert post(as_role(guarded, issuer, "operator"), "/allocate", body)["id"] is not None


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("kind", ["inventories", "orders"])
def test_taking_only_the_good_rows_of_a_file_is_for_admins(guarded: httpx.Client, issuer: Issuer, kind: str) -> None:
    rows = {
        "inventories": "item_code,quantity,receipt_date,unit_price\nA,1,2026-01-01,1\n",
        "orders": "reference,item_code,quantity\n,A,1\n",
    }
    for role in ROLES:
        client = as_role(guarded, issuer, role)

        def send(path: str, client: httpx.Client = client) -> httpx.Response:
            method = "PUT" if path.endswith("/file") else "POST"
            return client.request(method, path, content=rows[kind], headers={"Content-Type": "text/csv"})

        for on_error, dry_run in (("refuse", True), ("refuse", False), ("skip", False)):
            least = "viewer" if dry_run else "admin" if on_error == "skip" else "operator"
            allowed = ROLES.index(role) >= ROLES.index(least)
            query = f"on_error={on_error}&dry_run={str(dry_run).lower()}"
            answer = send(f"/{kind}/import?{query}")
            announced = client.post("/imports", json={"kind": kind, "on_error": on_error, "dry_run": dry_run})
            if allowed:
                assert done(answer)["accepted"] == 1
                assert done(send(done(announced, 201)["upload_url"]))["report"]["accepted"] == 1
            else:
                problem(answer, 403, "forbidden")
                problem(announced, 403, "forbidden")
    announced = post(as_role(guarded, issuer, "admin"), "/imports", {"kind": kind, "on_error": "skip"}, 201)
    as_role(guarded, issuer, "operator")
    answer = guarded.put(announced["upload_url"], content=rows[kind], headers={"Content-Type": "text/csv"})
    problem(answer, 403, "forbidden")


@pytest.mark.usefixtures("database")
def test_a_change_is_recorded_with_who_made_it(guarded: httpx.Client, issuer: Issuer) -> None:
    guarded.headers["X-Request-Id"] = "my-request"
    receive(as_role(guarded, issuer, "operator"), "A", 1)
    [entry] = get(as_role(guarded, issuer, "admin"), "/audit")["items"]
    assert (entry["actor"], entry["request_id"], entry["action"]) == ("the operator", "my-request", "receive")


@pytest.mark.usefixtures("database")
def test_each_caller_has_keys_of_its_own(guarded: httpx.Client, issuer: Issuer) -> None:
    body = {"item_code": "A", "quantity": 1}
    made = {
        post(as_role(guarded, issuer, role), "/orders", body, 201, **{"Idempotency-Key": "k"})["id"]
        for role in ("operator", "admin", "operator", "admin")
    }
    assert made == {1, 2}
