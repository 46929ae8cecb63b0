"""The Main function: whom it trusts, and what it does when its database or its secret changes under it."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from building import LAYERS
from functions import Function, FunctionError, unpack
from gateway import PATHS, RECORDED, client_of, event
from machines import Postgres, certificate
from services import PASSWORD, Services

from builders import allocate, order, receive
from hikiate.database import Database

CLAIMS = RECORDED["requestContext"]["authorizer"]["claims"]


def ask(
    function: Function, method: str, path: str, claims: dict[str, Any] | None = None, **more: Any
) -> httpx.Response:
    """Ask through the gateway."""
    with client_of(function, claims) as client:
        return client.request(method, path, **more)


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({**CLAIMS, "cognito:groups": "viewer"}, (200, 403, 403)),
        ({**CLAIMS, "cognito:groups": "staff,operator"}, (200, 422, 403)),
        ({**CLAIMS, "cognito:groups": "admin"}, (200, 422, 200)),
        ({**CLAIMS, "cognito:groups": ["viewer", "admin"]}, (200, 422, 200)),
        ({**CLAIMS, "cognito:groups": None, "scope": "hikiate/operator"}, (200, 422, 403)),
        # The scope with which people pass the gateway is no role.
        ({**CLAIMS, "cognito:groups": "staff", "scope": "hikiate/user"}, (403, 403, 403)),
        ({**CLAIMS, "cognito:groups": "administrators,not-admin"}, (403, 403, 403)),
        ({**CLAIMS, "token_use": "id"}, (401, 401, 401)),
        ({**CLAIMS, "sub": ""}, (401, 401, 401)),
        ({}, (401, 401, 401)),
    ],
)
def test_roles_come_from_the_claims_that_the_gateway_has_checked(
    main: Function, claims: dict[str, Any], status: tuple[int, int, int]
) -> None:
    answers = (
        ask(main, "GET", "/items", claims),
        ask(main, "POST", "/orders", claims, json={}),
        ask(main, "GET", "/audit", claims),
    )
    assert tuple(answer.status_code for answer in answers) == status


_FORGED_CLAIMS = {"claims": {**CLAIMS, "cognito:groups": "admin"}}


@pytest.mark.parametrize(
    "method_path", [(m.upper(), p) for p, ms in PATHS.items() for m, o in ms.items() if "x-role" in o]
)
def test_nothing_a_caller_sends_is_trusted(main: Function, method_path: tuple[str, str]) -> None:
    """Around the authorizer, with a token nobody has checked and claims in every place that a caller can reach."""
    method, path = method_path
    request = httpx.Request(
        method,
        "https://gateway" + path.replace("{id}", "1").replace("{item_code}", "A") + "?authorizer=admin",
        headers={
            "Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwiY29nbml0bzpncm91cHMiOiJhZG1pbiJ9.",
            "X-Amzn-Oidc-Data": json.dumps(_FORGED_CLAIMS),
            "X-Amzn-Request-Context": json.dumps({"authorizer": _FORGED_CLAIMS}),
        },
        json={"requestContext": {"authorizer": _FORGED_CLAIMS}, "authorizer": _FORGED_CLAIMS},
    )
    around = event(request, {})
    for requestcontext in (
        {},
        {"authorizer": None},
        {"authorizer": "admin"},
        {"authorizer": {"claims": None}},
        {"authorizer": {"claims": "admin"}},
        {"authorizer": {"principalId": "admin", "cognito:groups": "admin"}},
        {"authorizer": {"jwt": _FORGED_CLAIMS}, "identity": {"cognitoIdentityId": "admin"}},
    ):
        answer = main(around | {"requestContext": {**around["requestContext"], **requestcontext}})
        assert (answer["statusCode"], answer["headers"]["content-type"]) == (401, "application/problem+json")
        assert json.loads(answer["body"])["type"].endswith("/unauthorized")


def test_a_caller_is_recorded_by_the_subject_of_the_token(main: Function) -> None:
    with client_of(main) as client:
        receive(client, "A", 1)
        [entry] = client.get("/audit").json()["items"]
        assert (entry["actor"], entry["action"]) == (CLAIMS["sub"], "receive")


def _backends(server: Postgres) -> list[int]:
    with server.connect() as connection:
        return [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'hikiate'")]


def _cut(server: Postgres) -> None:
    with server.connect() as connection:
        connection.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'hikiate'")


def test_one_connection_serves_one_request_after_the_other_and_is_made_again_when_it_broke(
    main: Function, server: Postgres
) -> None:
    _cut(server)
    with client_of(main) as client:
        receive(client, "A", 5)
        [first] = _backends(server)
        receive(client, "A", 5)
        assert _backends(server) == [first]
        _cut(server)
        receive(client, "A", 5)
        [second] = _backends(server)
        assert second != first
        # A read, too.
        _cut(server)
        assert len(client.get("/inventories").json()["items"]) == 3


def test_sessions_have_their_limits_though_no_option_is_sent(main: Function, stock: Database, server: Postgres) -> None:
    """RDS Proxy refuses options: the migration has made them the role's own."""
    with client_of(main) as client:
        receive(client, "A", 5)
    with server.connect("hikiate") as connection:
        settings = connection.execute(
            "SELECT setconfig FROM pg_db_role_setting JOIN pg_roles r ON r.oid = setrole WHERE rolname = 'hikiate'"
        )
        assert set(settings.fetchone()[0]) == {"lock_timeout=5s", "TimeZone=UTC", "jit=off"}  # type: ignore[index]


def test_a_wait_for_a_lock_ends_after_five_seconds_with_503(main: Function, server: Postgres) -> None:
    with client_of(main) as client:
        receive(client, "A", 5)
        order(client, ("A", 2))
        with server.connect("hikiate") as other, other.transaction():
            other.execute("SELECT FROM items WHERE item_code = 'A' FOR UPDATE")
            began = time.monotonic()
            answer = client.post("/allocate", json={"allocation_method": "FIFO"})
            waited = time.monotonic() - began
        assert (answer.status_code, answer.json()["type"]) == (503, "https://hikiate.dev/problems/busy")
        assert "retry-after" in answer.headers
        assert waited > 4.9
        assert allocate(client)["allocated_quantity"] == 2


@pytest.fixture
def rotation(server: Postgres, services: Services) -> Iterator[None]:
    """Put the password back when the test is done."""
    yield
    with server.connect() as connection:
        connection.execute(f"ALTER ROLE hikiate PASSWORD '{PASSWORD}'")
    services.rotate(PASSWORD)


@pytest.mark.usefixtures("rotation")
def test_a_rotated_secret_is_read_again(main: Function, server: Postgres, services: Services) -> None:
    with client_of(main) as client:
        receive(client, "A", 5)
        with server.connect() as connection:
            connection.execute("ALTER ROLE hikiate PASSWORD 'the second'")
        # The connection that is open goes on.
        assert client.get("/inventories").status_code == 200
        _cut(server)
        # Between the two steps of a rotation there is no password that works; that is said, and passes.
        answer = client.get("/inventories")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        services.rotate("the second")
        assert len(client.get("/inventories").json()["items"]) == 1
        assert "the second" not in main.log
        assert PASSWORD not in main.log


def test_a_database_that_shows_another_certificate_is_not_spoken_to(run: Any, tmp_path: Path, stock: Database) -> None:
    """As anybody between the function and the database would."""
    with run(
        "main", "hikiate.handlers.main.handler", HIKIATE_DATABASE_CA_FILE=str(certificate(tmp_path, "localhost"))
    ) as function:
        assert ask(function, "GET", "/items").status_code == 503
        assert ask(function, "GET", "/health").status_code == 200
        assert "SSL error" in function.log


def test_what_is_wrong_with_the_environment_is_named(run: Any) -> None:
    with run("main", "hikiate.handlers.main.handler", HIKIATE_DATABASE_PORT="none") as function:
        with pytest.raises(FunctionError):
            function(RECORDED)
        assert function.said("database_port")


def test_a_missing_layer_is_noticed(run: Any, opt: Path, tmp_path: Path, zips: Path) -> None:
    """With each layer left out in turn, the function does not even start, and says what it lacks."""
    for missing, lacks in (
        ("models", "typing_extensions|sqlalchemy|hikiate"),
        ("database", "alembic|aws_lambda_powertools"),
        ("schemas", "pydantic"),
    ):
        layers = unpack(zips, [layer for layer in LAYERS if layer != f"{missing}-layer"], tmp_path / missing)
        with run("main", "hikiate.handlers.main.handler", opt=layers) as function:
            with pytest.raises(FunctionError) as error:
                function(RECORDED)
            assert error.value.kind == "Runtime.ImportModuleError"
            assert re.search(f"No module named '({lacks})", str(error.value)), error.value
