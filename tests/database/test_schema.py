"""Migrations go up and down, agree with the models, and a schema that is not current is refused with what to do."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url

from hikiate.database import (
    Database,
    WrongDatabase,
    migrate,
    newest_revision,
    require_current_schema,
    revision_of,
)
from hikiate.models import Base


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
