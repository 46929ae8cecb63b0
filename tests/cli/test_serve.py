"""`hikiate serve` on a data folder of its own, through crashes and stops."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from program import SECONDS, Program


def postmaster(program: Program) -> int | None:
    """The process of the folder's PostgreSQL; None when it is stopped."""
    file = program.folder / "postgres" / "postmaster.pid"
    return int(file.read_text().split()[0]) if file.exists() else None


def lot(quantity: int) -> dict[str, object]:
    return {"item_code": "tea", "quantity": quantity, "receipt_date": "2026-01-05", "unit_price": 100}


def test_serve_answers_survives_its_database_and_stops_cleanly(lonely: Program) -> None:
    with lonely.serving() as (server, url), httpx.Client(base_url=url, timeout=30) as client:
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/ready").json() == {"status": "ready"}
        assert client.get("/docs").status_code == 200
        assert client.get("/metrics").status_code == 200
        assert client.post("/inventories", json=lot(10)).status_code == 201
        order = client.post("/orders", json={"item_code": "tea", "quantity": 4}).json()
        run = client.post("/allocate", json={"allocation_method": "FIFO"}).json()
        assert [(row["order_id"], row["allocated_quantity"]) for row in run["results"]] == [(order["id"], 4)]

        queued = client.post("/allocate", json={"allocation_method": "FIFO"}, headers={"Prefer": "respond-async"})
        assert queued.status_code == 202
        wait_for(lambda: client.get(queued.headers["Location"]).json()["status"] == "completed")

        killed = postmaster(lonely)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: client.get("/ready").status_code == 200 and postmaster(lonely) != killed)

        server.send_signal(signal.SIGTERM)
        assert server.wait(SECONDS) == 0
        assert server.stdout is not None
        said = server.stdout.read().decode()
    assert "open: whoever asks from this machine is the admin `local`" in said
    assert f"{url}/docs" in said
    assert str(lonely.folder) in said
    assert postmaster(lonely) is None


def test_what_was_committed_is_there_after_a_kill(lonely: Program) -> None:
    with lonely.serving() as (server, url):
        order = httpx.post(f"{url}/orders", json={"item_code": "tea", "quantity": 1, "reference": "kept"}).json()
        server.kill()
        server.wait(SECONDS)
    with lonely.serving() as (server, url):
        assert httpx.get(f"{url}/orders/{order['id']}").json()["reference"] == "kept"
        server.send_signal(signal.SIGINT)
        assert server.wait(SECONDS) == 0
    assert postmaster(lonely) is None


def test_two_programs_may_start_on_a_new_folder_at_once(server_folder: Path) -> None:
    program = Program(server_folder)
    both = [
        program.start("runs", "--json", stdout=subprocess.DEVNULL),
        program.start("verify", stdout=subprocess.DEVNULL),
    ]
    assert [process.wait(SECONDS) for process in both] == [0, 0]
    assert postmaster(program) is None


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds; what can't be reached meanwhile doesn't."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except (httpx.HTTPError, KeyError):
            pass
        time.sleep(0.1)
    pytest.fail("it never came")
