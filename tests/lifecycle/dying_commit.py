"""A database whose connection breaks at a commit, once: whoever commits can't know whether it was done."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from hikiate.database import Database


@contextmanager
def dying_commit(database: Database, table: str) -> Iterator[None]:
    """End the session of the next transaction that added to a table, when it commits; those after it live."""
    with database.engine.begin() as connection:
        connection.execute(text("CREATE SEQUENCE deaths"))
        connection.execute(
            text(
                "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('deaths') = 1 THEN"
                " PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); END IF; RETURN NULL; END $$"
            )
        )
        connection.execute(
            text(
                f"CREATE CONSTRAINT TRIGGER die AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED"
                " FOR EACH ROW EXECUTE FUNCTION die()"
            )
        )
    try:
        yield
    finally:
        with database.engine.begin() as connection:
            connection.execute(text("DROP FUNCTION die CASCADE"))
            connection.execute(text("DROP SEQUENCE deaths"))
