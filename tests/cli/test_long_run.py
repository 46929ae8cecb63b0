"""A run of several chunks, and what Ctrl-C leaves of it."""

import signal
import subprocess
import time
from pathlib import Path

import psycopg
from program import SECONDS, Program

from hikiate.local.postgres import EmbeddedPostgres

LINES = 25_000


def test_control_c_stops_a_long_run_after_what_is_committed(hikiate: Program, tmp_path: Path) -> None:
    # The orders of the last chunk want one item more, and somebody else holds it: the run can't be done before Ctrl-C.
    items = [f"I{number}" for number in range(200)]
    stock, orders = tmp_path / "stock.csv", tmp_path / "orders.csv"
    stock.write_text(
        "item_code,quantity,receipt_date,unit_price\n" + "".join(f"{item},200,2026-01-05,1\n" for item in items)
    )
    orders.write_text(
        "reference,item_code,quantity\n"
        + "".join(f"R{row // 100},{items[row % 200]},1\n" for row in range(LINES - 1))
        + "LAST,HELD,1\n"
    )
    hikiate.done("import", "inventories", stock)
    hikiate.done("import", "orders", orders)
    with EmbeddedPostgres(hikiate.folder) as url, psycopg.connect(url, autocommit=True) as connection:
        with psycopg.connect(url) as other:
            other.execute("SELECT FROM items WHERE item_code = 'HELD' FOR UPDATE")
            allocating = hikiate.start("allocate", "--method", "FIFO", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            deadline = time.monotonic() + SECONDS
            while connection.execute("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'").rowcount == 0:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            allocating.send_signal(signal.SIGINT)
            assert allocating.communicate(timeout=SECONDS) == (b"", b"")
            assert allocating.returncode == 130
        states = connection.execute("SELECT status, requested_quantity FROM allocation_runs").fetchall()
    assert [status for status, _ in states] == ["cancelled"]
    assert 0 < states[0][1] < LINES * 1_000_000
    assert hikiate.done("verify") == "Every balance agrees with the records.\n"
    assert "It is cancelled; what it has allocated stays." in hikiate.done("runs", 1)
