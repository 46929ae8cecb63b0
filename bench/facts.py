"""The three facts that hold after every run: no lot oversold, balances equal to the records, no order half done."""

from sqlalchemy import Connection, text

from hikiate.database import Database
from hikiate.services.verifying import verify

# What a finished run counts must be what its rows say: a run that lost an order's rows, or part of them, would differ.
_WRONG_RUNS = """
    SELECT run.id FROM allocation_runs run
    LEFT JOIN (SELECT run_id, sum(quantity) AS quantity FROM allocation_results GROUP BY run_id) r ON r.run_id = run.id
    LEFT JOIN (SELECT run_id, sum(quantity) AS quantity FROM allocation_shortages GROUP BY run_id) s
      ON s.run_id = run.id
    WHERE run.status = 'completed' AND (run.allocated_quantity <> coalesce(r.quantity, 0)
      OR run.short_quantity <> coalesce(s.quantity, 0)
      OR run.requested_quantity <> run.allocated_quantity + run.short_quantity) LIMIT 5
"""


class FactBroken(Exception):
    """One of the three facts does not hold; the message says which, and where."""


def check_facts(url: str) -> None:
    """Check the three facts in a database.

    Raises:
        FactBroken: one does not hold.
    """
    database = Database(url)
    try:
        found = verify(database)
        if found.oversold:
            raise FactBroken(f"{len(found.oversold)} lots are oversold: {found.oversold[0]}")
        if found.differences:
            raise FactBroken(f"{len(found.differences)} balances differ: {found.differences[0]}")
        if wrong := database.read(_wrong_runs):
            raise FactBroken(f"runs whose rows are not what they count: {wrong}")
    finally:
        database.close()


def _wrong_runs(connection: Connection) -> list[int]:
    return list(connection.execute(text(_WRONG_RUNS)).scalars())
