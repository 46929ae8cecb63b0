"""The three facts that hold after every test: no lot oversold, balances equal to the records, no order half done."""

from sqlalchemy import Connection, text

from hikiate.database import Database
from hikiate.services.verifying import verify

# What a finished run counts must be what its rows say: a run that lost an order's rows, or part of them, would differ.
_RUNS = """
    SELECT run.id, run.allocated_quantity, run.short_quantity, run.requested_quantity,
      coalesce((SELECT sum(quantity) FROM allocation_results r WHERE r.run_id = run.id), 0) AS allocated,
      coalesce((SELECT sum(quantity) FROM allocation_shortages s WHERE s.run_id = run.id), 0) AS short
    FROM allocation_runs run WHERE run.status = 'completed'
"""
# A row of an order that must be complete is there only if nothing of that order was short in the same run.
_HALF = """
    SELECT r.run_id, r.order_id FROM allocation_results r JOIN orders o ON o.id = r.order_id
    JOIN allocation_shortages s ON s.run_id = r.run_id AND s.order_id = r.order_id
    WHERE o.fulfilment = 'complete' LIMIT 1
"""


def check_facts(database: Database) -> None:
    """Raise AssertionError, naming what is wrong, unless the three facts hold."""
    found = verify(database)
    assert found.oversold == [], found.oversold
    assert found.differences == [], found.differences
    database.read(_check_runs)


def _check_runs(connection: Connection) -> None:
    for run in connection.execute(text(_RUNS)):
        assert (run.allocated_quantity, run.short_quantity) == (run.allocated, run.short), run
        assert run.requested_quantity == run.allocated_quantity + run.short_quantity, run
    assert connection.execute(text(_HALF)).all() == []
