"""Real orders on real stock give the totals that were computed independently."""

import gzip
import json
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from hikiate.database import Database
from hikiate.domain.methods import Method
from hikiate.schemas import AllocationRequest, ImportKind, OnError
from hikiate.services.allocating import allocate
from hikiate.services.auditing import Actor
from hikiate.services.files import FileFormat
from hikiate.services.importing import import_file
from hikiate.settings import Settings

_REMAINING = """
    SELECT lot_number, quantity - allocated_quantity AS available FROM inventories
"""


@pytest.mark.parametrize(
    ("name", "method"),
    [("pharmacy-lots", "FEFO"), ("adventureworks", "FIFO"), ("online-retail", "FIFO")],
)
def test_real_orders_are_allocated_to_the_expected_totals(
    database: Database, data_folder: Path, name: str, method: str
) -> None:
    """Import, allocate, compare."""
    expected = json.loads((data_folder / "expected.json").read_text())[name]
    totals = expected["runs"][method]
    for kind, rows in ((ImportKind.INVENTORIES, expected["lots"]), (ImportKind.ORDERS, expected["order_lines"])):
        with gzip.open(data_folder / name / f"{kind}.csv.gz") as source:
            outcome = database.transact(
                lambda connection, kind=kind, source=source: import_file(  # type: ignore[misc]
                    connection,
                    Settings(database_url=None),
                    Actor("test"),
                    kind,
                    source,
                    FileFormat.CSV,
                    OnError.REFUSE,
                    dry_run=False,
                )
            )
        assert outcome.report.accepted == rows, outcome.report.errors[:3]
    settings = Settings(database_url=None, currency_places=4)
    # Before every expiry, and with all that is still to come.
    request = AllocationRequest.model_validate(
        {"allocation_method": method, "include_inbound": True, "allocation_date": "2010-01-01", "max_results": 0}
    )
    run = allocate(database, settings, Actor("test"), request)

    assert run.allocation_method is Method(method)
    assert run.orders == expected["orders"]
    assert run.lines == expected["order_lines"]
    assert run.requested_quantity == expected["units_ordered"]
    assert run.allocated_quantity == totals["units_allocated"]
    assert run.short_quantity == totals["units_short"]
    assert run.fill_rate == Decimal(totals["fill_rate_units"])
    assert run.allocated_price == Decimal(totals["allocated_cost"])

    def remaining(connection: Connection) -> list[str]:
        scale = 10**6
        return sorted(f"{row.lot_number}|{row.available // scale}\n" for row in connection.execute(text(_REMAINING)))

    left = database.read(remaining)
    assert sum(int(line.split("|")[1]) for line in left) == totals["remaining_units"]
    assert sha256("".join(left).encode()).hexdigest() == totals["remaining_sha256"]

    def count(connection: Connection) -> int:
        return int(connection.execute(text("SELECT count(*) FROM allocation_results")).scalar_one())

    assert database.read(count) == totals["allocation_rows"]
