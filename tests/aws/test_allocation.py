"""The Allocation function: serves what the queue names and what a schedule finds; what fails, fails alone."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import httpx
import pytest
from functions import Function, FunctionError
from gateway import EVENTS, client_of
from machines import CREDENTIALS, Postgres, wait_for
from services import Services

from builders import order, receive
from hikiate.aws.uploads import Uploads
from hikiate.database import Database

FIFO = {"allocation_method": "FIFO"}
SQS: dict[str, Any] = json.loads((EVENTS / "sqs.json").read_text())
S3: dict[str, Any] = json.loads((EVENTS / "s3.json").read_text())
SCHEDULE: dict[str, Any] = json.loads((EVENTS / "schedule.json").read_text())


def batch(*bodies: Any) -> dict[str, Any]:
    """Return messages with these bodies, named m0, m1 and so on."""
    [recorded] = SQS["Records"]
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    return {"Records": [recorded | {"messageId": f"m{number}", "body": text} for number, text in enumerate(texts)]}


def failed(answer: dict[str, Any]) -> list[str]:
    """Return the names of the messages that are to come again."""
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def news(import_id: int) -> dict[str, Any]:
    """Return the bucket's notification of a file."""
    message = deepcopy(S3)
    message["Records"][0]["s3"]["object"]["key"] = f"imports/{import_id}"
    return message


@pytest.fixture
def api(main: Function) -> Iterator[httpx.Client]:
    """The API through the gateway."""
    with client_of(main) as client:
        yield client


@pytest.fixture
def hurried(run: Any, stock: Database) -> Iterator[Function]:
    """The Allocation function, with as much time left as the event says."""
    with run("allocation", "invoked.hurried") as function:
        yield function


def queued(api: httpx.Client) -> int:
    """Queue a run and return its id."""
    answer = api.post("/allocate", json=FIFO, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/allocation-runs/{answer.json()['id']}"
    return int(answer.json()["id"])


def run_of(api: httpx.Client, run_id: int) -> tuple[str, float]:
    """Return a run's status and what it has given."""
    run = api.get(f"/allocation-runs/{run_id}").json()
    return run["status"], run["allocated_quantity"]


def test_a_queued_run_goes_through_the_queue(api: httpx.Client, allocation: Function, services: Services) -> None:
    receive(api, "A", 5)
    order(api, ("A", 3))
    run_id = queued(api)
    messages = services.messages()
    assert messages == [{"run_id": run_id}]
    assert failed(allocation(batch(*messages))) == []
    assert run_of(api, run_id) == ("completed", 3)


def test_a_poison_message_fails_alone(api: httpx.Client, allocation: Function) -> None:
    """What is not JSON, names nothing we know, a run or a file that does not exist; and the good ones around them."""
    receive(api, "A", 5)
    order(api, ("A", 3))
    run_id = queued(api)
    bad = ["not JSON", "12", "[]", {"run_id": 999}, {"run_id": "twelve"}, {"run_id": None}, {}, news(999)]
    bad += [{"Records": [{"s3": {"object": {"key": "elsewhere/1"}}}]}, {"Records": [{}]}]
    answer = allocation(batch(*bad, {"run_id": run_id}))
    assert failed(answer) == [f"m{number}" for number in range(len(bad))]
    assert run_of(api, run_id) == ("completed", 3)


def test_a_batch_of_nothing_but_poison_is_no_fault_of_the_function(allocation: Function) -> None:
    """It would else be retried as a whole, and counted as an error of ours."""
    assert failed(allocation(batch("x", "y"))) == ["m0", "m1"]


def test_a_message_that_comes_twice_is_served_once(api: httpx.Client, allocation: Function) -> None:
    receive(api, "A", 5)
    order(api, ("A", 3))
    run_id = queued(api)
    assert failed(allocation(batch({"run_id": run_id}, {"run_id": run_id}))) == []
    assert failed(allocation(batch({"run_id": run_id}))) == []
    assert run_of(api, run_id) == ("completed", 3)


def test_an_unknown_event_is_refused(allocation: Function) -> None:
    with pytest.raises(FunctionError):
        allocation({"task": "unknown"})


def test_a_run_that_ran_out_of_time_goes_on_when_its_message_comes_again(
    api: httpx.Client, run: Any, server: Postgres, emptied: Database
) -> None:
    """Killed in the middle of a chunk, which waits for a row that somebody else has locked."""
    receive(api, "A", 5)
    order(api, ("A", 3))
    run_id = queued(api)
    # Shorter than the wait for a lock, which would end by itself.
    with run("allocation", "hikiate.handlers.allocation.handler", seconds=4) as function:
        in_time(function, SCHEDULE)
        with server.connect("hikiate") as other, other.transaction():
            other.execute("SELECT FROM items WHERE item_code = 'A' FOR UPDATE")
            with pytest.raises(FunctionError) as error:
                function(batch({"run_id": run_id}))
            assert error.value.kind == "Timeout"
        assert run_of(api, run_id) == ("running", 0)
        # The same environment, made anew after the timeout, is given the message again.
        assert failed(in_time(function, batch({"run_id": run_id}))) == []
    assert run_of(api, run_id) == ("completed", 3)


def in_time(function: Function, event: dict[str, Any]) -> Any:
    """Invoke a function of a short timeout until it had the time, whatever else this machine does meanwhile."""

    def answer() -> Any:
        try:
            return function(event)
        except FunctionError as error:
            if error.kind != "Timeout":
                raise
            return None

    return wait_for("an answer in time", answer)


def test_a_run_is_handed_on_before_the_time_ends(
    api: httpx.Client, hurried: Function, emptied: Database, services: Services
) -> None:
    """A run of five chunks, of which there is time for two, then for one, then for the rest."""
    receive(api, "A", 10)
    for _ in range(5):
        order(api, ("A", 2))
    run_id = queued(api)
    services.messages()
    message = batch({"run_id": run_id})
    for times, given in (((900, 900, 900, 100), 4), ((900, 900, 100), 6)):
        assert failed(hurried(message | {"milliseconds": times})) == []
        assert run_of(api, run_id) == ("running", given)
        assert services.messages() == [{"run_id": run_id}]
    assert failed(hurried(message | {"milliseconds": [900]})) == []
    assert run_of(api, run_id) == ("completed", 10)
    assert services.messages() == []


def test_the_sweep_sends_runs_whose_message_was_lost(
    api: httpx.Client, allocation: Function, services: Services
) -> None:
    """As when the Main function died between its commit and its message."""
    receive(api, "A", 5)
    order(api, ("A", 3))
    run_id = queued(api)
    assert services.messages() == [{"run_id": run_id}]
    assert allocation(SCHEDULE) == {"runs": [run_id]}
    assert services.messages() == [{"run_id": run_id}]
    assert failed(allocation(batch({"run_id": run_id}))) == []
    assert allocation(SCHEDULE) == {"runs": []}


def test_a_queue_that_can_not_be_reached_loses_no_run(run: Any, api: httpx.Client, allocation: Function) -> None:
    receive(api, "A", 5)
    order(api, ("A", 3))
    with run(
        "main",
        "hikiate.handlers.main.handler",
        HIKIATE_QUEUE_URL="http://127.0.0.1:1/000000000000/none",
        AWS_MAX_ATTEMPTS="1",
    ) as function:
        with client_of(function) as client:
            run_id = queued(client)
        assert any("QueueUnreachable" in event for event in function.events)
    assert allocation(SCHEDULE) == {"runs": [run_id]}


def test_the_sweep_ends_holds_and_offers_stock_to_who_waits(run: Any, api: httpx.Client, emptied: Database) -> None:
    order(api, ("A", 3))
    with (
        run("allocation", "hikiate.handlers.allocation.handler", HIKIATE_STANDING_METHOD="FEFO") as function,
        run("main", "hikiate.handlers.main.handler", HIKIATE_STANDING_METHOD="FEFO") as other,
    ):
        with client_of(other) as client:
            receive(client, "A", 5)
        assert function(SCHEDULE) == {"runs": []}
    assert api.get("/orders/1").json()["status"] == "allocated"


CSV = "item_code,quantity,receipt_date,unit_price\nA,1,2026-01-01,1\nA,2,2026-01-02,1\n"


def announced(api: httpx.Client, **more: Any) -> dict[str, Any]:
    """Announce a file of lots."""
    answer = api.post("/imports", json={"kind": "inventories", **more}, headers={"X-Request-Id": "the-announcement"})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def put(url: str, content: str, content_type: str | None = "text/csv") -> None:
    """Put a file where it is to be put, as anybody with curl does."""
    headers = {"Content-Type": content_type} if content_type else {}
    answer = httpx.put(url, content=content.encode(), headers=headers)
    assert answer.status_code == 200, answer.text


def test_a_file_goes_through_the_bucket(api: httpx.Client, allocation: Function, services: Services) -> None:
    made = announced(api)
    assert made["upload_url"].startswith(f"{services.url}/uploads/imports/1?")
    assert "X-Amz-Signature=" in made["upload_url"]
    put(made["upload_url"], CSV)
    # AWS sends what is new at least once.
    assert failed(allocation(batch(news(1), news(1), {"Service": "Amazon S3", "Event": "s3:TestEvent"}))) == []
    shown = api.get("/imports/1").json()
    assert (shown["status"], shown["report"]["accepted"]) == ("completed", 2)
    assert shown["upload_url"] == "/imports/1/file"
    assert len(api.get("/inventories").json()["items"]) == 2
    # It is recorded as the doing of who announced it.
    actors = {(entry["actor"], entry["request_id"]) for entry in api.get("/audit").json()["items"]}
    assert actors == {("local", "the-announcement")}


@pytest.mark.parametrize("region", ["us-east-1", "ap-northeast-1"])
def test_files_go_to_the_bucket_in_its_own_region(monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    """The console's content security policy names this host, and a signature is good for no other."""
    for name, value in (CREDENTIALS | {"AWS_DEFAULT_REGION": region}).items():
        monkeypatch.setenv(name, value)
    address = httpx.URL(Uploads("uploads").address(7))
    assert (address.scheme, address.host, address.path) == ("https", f"uploads.s3.{region}.amazonaws.com", "/imports/7")
    assert address.params["X-Amz-Expires"] == "3600"


def test_a_refused_file_may_be_sent_again(api: httpx.Client, allocation: Function) -> None:
    made = announced(api)
    put(made["upload_url"], CSV.replace("A,2", "A,many"))
    assert failed(allocation(batch(news(1)))) == []
    shown = api.get("/imports/1").json()
    assert (shown["status"], shown["report"]["errors"][0]["row"]) == ("refused", 3)
    put(made["upload_url"], CSV, content_type=None)
    assert failed(allocation(batch(news(1)))) == []
    shown = api.get("/imports/1").json()
    assert (shown["status"], shown["report"]["errors"][0]["code"]) == ("refused", "unsupported-media-type")
    put(made["upload_url"], CSV)
    assert failed(allocation(batch(news(1)))) == []
    assert api.get("/imports/1").json()["status"] == "completed"


def test_a_viewer_is_given_no_address_to_write_to(api: httpx.Client, main: Function) -> None:
    """Whoever may only look must not find the signed address of what an admin has announced."""
    announced(api, on_error="skip")
    viewer = {"sub": "a viewer", "token_use": "access", "cognito:groups": "viewer"}
    with client_of(main, viewer) as client:
        assert client.get("/imports/1").json()["upload_url"] == "/imports/1/file"
        answer = client.put("/imports/1/file", content=CSV, headers={"Content-Type": "text/csv"})
        assert answer.status_code == 403
