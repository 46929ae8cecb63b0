"""Migrations go up and down, agree with the models, and a schema that is not current is refused with what to do."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Row, create_engine, inspect, text
from sqlalchemy.engine import make_url

from facts import check_facts
from hikiate.database import (
    Database,
    WrongDatabase,
    migrate,
    newest_revision,
    require_current_schema,
    revision_of,
)
from hikiate.models import Base
from hikiate.repository.results import ResultFilter, newest
from hikiate.repository.rows import Page


@pytest.fixture
def blank(postgres_url: str, worker_id: str) -> Iterator[Database]:
    """A database without a schema."""
    name = f"blank_{worker_id}"
    engine = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    database = Database(make_url(postgres_url).set(database=name).render_as_string(hide_password=False))
    yield database
    database.close()


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _types(connection: Connection) -> int:
    return int(
        connection.execute(
            text(
                "SELECT count(*) FROM pg_type JOIN pg_namespace n ON n.oid = typnamespace"
                " WHERE typtype = 'e' AND nspname = 'public'"
            )
        ).scalar_one()
    )


def test_migrations_go_up_and_down_and_leave_nothing(blank: Database) -> None:
    """Twice, since a type left behind would stop the second way up."""
    for _ in range(2):
        blank.transact(migrate)
        assert blank.read(revision_of) == newest_revision()
        assert "allocation_results" in blank.read(_tables)
        blank.transact(lambda connection: migrate(connection, "base"))
        assert blank.read(_tables) == {"alembic_version"}
        assert blank.read(_types) == 0


# An order of each state with a line of each; a lot used up, one not received by anybody's average yet; and a run that
# goes on with an order of which less was open at its start than is now.
_AS_BEFORE = """
    INSERT INTO items (item_code) VALUES ('A');
    INSERT INTO inventories (item_code, quantity, allocated_quantity, unit_price, receipt_date) VALUES
      ('A', 5, 5, 1, '2026-01-01'), ('A', 9, 2, 1, '2026-01-02'), ('A', 0, 0, 1, '2026-01-03');
    INSERT INTO stock_movements (inventory_id, item_code, kind, quantity_change) VALUES
      (1, 'A', 'receipt', 5), (2, 'A', 'receipt', 12), (2, 'A', 'shipment', -3), (3, 'A', 'receipt', 0);
    INSERT INTO orders (status) VALUES ('allocated'), ('partially_allocated'), ('shipped'), ('cancelled'), ('open');
    INSERT INTO order_lines (order_id, line_no, item_code, quantity, allocated_quantity, shipped_quantity, is_cancelled)
      VALUES (1, 1, 'A', 5, 5, 0, false), (2, 1, 'A', 6, 2, 1, false), (3, 1, 'A', 2, 0, 2, false),
        (4, 1, 'A', 4, 0, 0, true), (5, 1, 'A', 3, 0, 0, false);
    INSERT INTO allocation_runs (status, allocation_method, costing_method, allocation_date, request,
        requested_quantity, allocated_quantity) VALUES
      ('completed', 'FIFO', 'LOT', '2026-01-03', '{"allocation_method": "FIFO"}', 9, 9),
      ('completed', 'FIFO', 'LOT', '2026-01-03', '{"allocation_method": "FIFO"}', 2, 2),
      ('running', 'FIFO', 'LOT', '2026-01-03', '{"allocation_method": "FIFO"}', 0, 0);
    INSERT INTO allocation_results (run_id, order_id, line_no, inventory_id, quantity, amount, reason, status) VALUES
      (1, 1, 1, 1, 5, 5, 'oldest-receipt', 'allocated'), (1, 2, 1, 2, 2, 2, 'oldest-receipt', 'allocated'),
      (2, 3, 1, 2, 2, 2, 'oldest-receipt', 'shipped'), (1, 2, 1, 2, 1, 1, 'oldest-receipt', 'shipped'),
      (1, 4, 1, 2, 1, 1, 'oldest-receipt', 'released');
    INSERT INTO allocation_run_chunks (run_id, position, order_ids, lines, requested_quantity,
        line_orders, line_numbers, line_quantities) VALUES (3, 0, '{2,5}', 2, 5, '{2,5}', '{1,1}', '{2,3}');
"""


def test_a_database_of_before_keeps_what_it_says(blank: Database) -> None:
    """What was stored of lines follows from their results then, and the other way round on the way back."""
    given = text(
        "SELECT order_id, allocated_quantity, shipped_quantity, is_cancelled, is_open FROM order_lines ORDER BY 1"
    )

    def before(connection: Connection) -> Sequence[Row[Any]]:
        return connection.execute(given).all()

    blank.transact(lambda connection: migrate(connection, "0001"))
    blank.transact(lambda connection: connection.execute(text(_AS_BEFORE)))
    stored = blank.read(before)
    for _ in range(2):
        blank.transact(migrate)
        check_facts(blank)
        shown = {
            run: [row.id for row in blank.read(partial(newest, wanted=ResultFilter(run_id=run), page=Page(9)))]
            for run in (1, 2, 3)
        }
        assert shown == {1: [5, 4, 2, 1], 2: [3], 3: []}
        chunk = blank.read(lambda connection: connection.execute(text("SELECT * FROM fixed_demand ORDER BY 2")).all())
        assert [tuple(row) for row in chunk] == [(3, 2, 1, 2), (3, 5, 1, 3)]
        blank.transact(lambda connection: migrate(connection, "0001"))
        assert blank.read(before) == stored


def test_the_models_say_what_the_migrations_make(blank: Database) -> None:
    """Autogeneration finds nothing to do."""
    blank.transact(migrate)
    with blank.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_check_of_the_models_is_in_the_database(blank: Database) -> None:
    """Autogeneration does not compare checks, so their names are compared here."""
    blank.transact(migrate)
    wanted = {
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }

    def names(connection: Connection) -> set[str]:
        return set(connection.scalars(text("SELECT conname FROM pg_constraint WHERE contype = 'c'")))

    assert "not_oversold" in wanted
    assert wanted <= blank.read(names)


def test_a_database_without_schema_is_refused_with_what_to_do(blank: Database) -> None:
    """As a new user meets it."""
    with pytest.raises(WrongDatabase, match="run `hikiate migrate`"):
        blank.transact(require_current_schema)


def test_a_schema_of_a_newer_program_is_refused(blank: Database) -> None:
    """It must not be migrated "up" to an older one."""
    blank.transact(migrate)

    def rename(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    blank.transact(rename)
    with pytest.raises(WrongDatabase, match="newer hikiate"):
        blank.transact(require_current_schema)
    with pytest.raises(WrongDatabase, match="newer hikiate"):
        blank.transact(migrate)


def test_a_lot_cannot_be_oversold_whatever_the_code_does(database: Database) -> None:
    """The constraint stands behind the code."""

    def oversell(connection: Connection) -> None:
        connection.execute(text("INSERT INTO items (item_code) VALUES ('A')"))
        connection.execute(
            text(
                "INSERT INTO inventories (item_code, quantity, allocated_quantity, unit_price, receipt_date)"
                " VALUES ('A', 1, 2, 0, '2026-01-01')"
            )
        )

    with pytest.raises(Exception, match="not_oversold"):
        database.transact(oversell)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [("mysql://localhost/x", "PostgreSQL only"), ("not a url", "not a URL"), ("sqlite://", "PostgreSQL only")],
)
def test_a_url_of_something_else_is_refused(url: str, sentence: str) -> None:
    """Before anything connects."""
    with pytest.raises(WrongDatabase, match=sentence):
        Database(url)
