"""Many programs, few lots: nothing is oversold, and no lost race reaches a client."""

import subprocess
import sys
from pathlib import Path

import httpx
from sqlalchemy import Connection, text

from builders import receive
from hikiate.database import Database

PROCESSES = 4
SECONDS = 10


def test_four_programs_of_sixteen_threads_share_five_lots_without_overselling(
    client: httpx.Client, database: Database, database_url: str
) -> None:
    """The three facts are checked when the fixture ends; here: no error, and the stock really ran out."""
    for item in "ABCDE":
        receive(client, item, 600)
    racer = Path(__file__).parent / "racer.py"
    running = [
        subprocess.Popen(
            [sys.executable, str(racer), database_url, str(seed), str(SECONDS)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for seed in range(PROCESSES)
    ]
    for process in running:
        output, _ = process.communicate(timeout=SECONDS * 12)
        assert process.returncode == 0, output[-2000:]

    def left(connection: Connection) -> tuple[int, int]:
        row = connection.execute(
            text("SELECT sum(quantity - allocated_quantity), (SELECT count(*) FROM allocation_runs) FROM inventories")
        ).one()
        return int(row[0]), int(row[1])

    remaining, runs = database.read(left)
    assert runs > 100
    assert remaining < 5 * 600 * 10**6
