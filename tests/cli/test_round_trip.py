"""From files to results and back to files; what --json prints is what the API answers."""

import csv
import gzip
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from program import Program
from pydantic import BaseModel

from hikiate.domain.methods import Method
from hikiate.schemas import AllocationRunResponse, CompareResponse, ImportReport, PageResponse
from hikiate.schemas.codec import decode, encode
from hikiate.schemas.responses import VerificationResponse

STOCK = """item_code,quantity,receipt_date,unit_price,lot_number,expiration_date
緑茶 [500ml],10,2026-01-05,100,L1,2099-02-01
緑茶 [500ml],10,2026-02-05,120.5,L2,2099-01-01
:salt:,2.5,2026-01-05,0.333333,,
"""
ORDERS = [
    {"reference": "A", "item_code": "緑茶 [500ml]", "quantity": 15, "priority": 9},
    {"reference": "A", "item_code": ":salt:", "quantity": "0.5", "priority": 9},
    {"reference": "B", "item_code": "緑茶 [500ml]", "quantity": 7},
]


def answered(model: type[BaseModel], text: str) -> Any:
    """Return the answer as the model, after making sure that it is written as the API writes it."""
    answer = decode(text)
    assert encode(model.model_validate(answer)).decode() == text.rstrip("\n")
    return model.model_validate(answer)


@pytest.fixture(scope="module")
def stocked(hikiate: Program, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program after both files are imported."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "stock.csv").write_bytes(STOCK.encode("cp932"))
    report = answered(
        ImportReport, hikiate.done("import", "inventories", folder / "stock.csv", "--encoding", "cp932", "--json")
    )
    assert (report.accepted, report.rejected) == (3, 0)
    with gzip.open(folder / "orders.ndjson.gz", "wt") as file:
        file.writelines(json.dumps(order) + "\n" for order in ORDERS)
    checked = hikiate.done("import", "orders", folder / "orders.ndjson.gz", "--dry-run")
    assert checked == f"3 rows would be imported from {folder / 'orders.ndjson.gz'}.\n"
    hikiate.done("import", "orders", folder / "orders.ndjson.gz")
    return hikiate


def test_from_import_to_export_and_verify(stocked: Program, tmp_path: Path) -> None:
    compared = answered(CompareResponse, stocked.done("compare", "--json"))
    assert [run.allocation_method for run in compared.methods] == list(Method)

    heading, _, fifo, _ = stocked.done("compare", "--method", "FIFO", "--method", "fefo").splitlines()
    assert heading.split() == ["Method", "Costing", "Fill", "Allocated", "Short", "Amount", "Lots"]
    assert fifo.split() == ["FIFO", "LOT", "91.1", "%", "20.5", "2", "2,205.17", "3"]

    dry = answered(AllocationRunResponse, stocked.done("allocate", "--method", "FEFO", "--dry-run", "--json"))
    assert dry.id is None
    run = answered(AllocationRunResponse, stocked.done("allocate", "--method", "FEFO", "--json"))
    assert run.results[0].lot_number == "L2"
    assert [row.allocated_price for row in run.results] == [row.allocated_price for row in dry.results]

    shown = stocked.done("runs", run.id)
    assert f"Run {run.id}: FEFO as of {run.allocation_date}." in shown
    assert "緑茶 [500ml]  L2" in shown
    assert ":salt:" in shown
    assert "all-allocated 2" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert answered(AllocationRunResponse, stocked.done("runs", run.id, "--json")).results == run.results
    listed = answered(PageResponse[AllocationRunResponse], stocked.done("runs", "--json"))
    assert [row.id for row in listed.items] == [run.id]
    assert stocked.done("runs").splitlines()[2].split()[3:] == ["FEFO", "completed", "3", "91.1", "%", "2,205.17"]

    output = tmp_path / "results.csv"
    assert stocked.done("export", "results", "--output", output) == f"4 rows written to {output}.\n"
    rows = list(csv.DictReader(io.StringIO(output.read_text("utf-8"))))
    assert [int(row["id"]) for row in rows] == [row.id for row in reversed(run.results)]
    assert list(tmp_path.iterdir()) == [output]
    orders = list(csv.DictReader(io.StringIO(stocked.done("export", "orders"))))
    assert [(row["reference"], row["line_no"], row["open_quantity"]) for row in orders] == [
        ("B", "1", "2"),
        ("A", "1", "0"),
        ("A", "2", "0"),
    ]
    lots = list(csv.DictReader(io.StringIO(stocked.done("export", "inventories"))))
    assert [row["available_quantity"] for row in lots] == ["2", "0", "0"]

    assert stocked.done("verify") == "Every balance agrees with the records.\n"
    assert answered(VerificationResponse, stocked.done("verify", "--json")).is_clean


def test_a_refused_import_answers_its_report(hikiate: Program) -> None:
    ended = hikiate("import", "orders", "-", "--json", stdin=b"reference,item_code,quantity\nZ,x,0\n")
    assert ended.code == 1
    [error] = answered(ImportReport, ended.out).errors
    assert (error.row, error.column, error.value, error.code) == (2, "quantity", "0", "not-positive")


def test_good_rows_are_taken_when_bad_ones_are_skipped(hikiate: Program) -> None:
    text = b"reference,item_code,quantity\nY,x,0\nX,x,1\n"
    ended = hikiate("import", "orders", "-", "--on-error", "skip", stdin=text)
    assert (ended.code, ended.out) == (0, "1 row imported from the input, 1 skipped.\n")
    assert "must be greater than 0" in ended.err


def test_a_reader_that_leaves_early_is_no_fault(hikiate: Program) -> None:
    exporting = hikiate.start("export", "orders", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert exporting.stdout is not None
    exporting.stdout.close()
    assert exporting.stderr is not None
    assert exporting.stderr.read() == b""
    exporting.stderr.close()
    exporting.wait(30)
