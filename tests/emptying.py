"""A database as it was when it had just been migrated."""

from sqlalchemy import Connection, text

from hikiate.database import Database


def empty(database: Database) -> None:
    """Remove every row, and let ids begin at 1 again; whoever still reads may make it try again."""
    database.transact(_empty)


def _empty(connection: Connection) -> None:
    names = connection.execute(
        text(
            "SELECT string_agg(tablename, ', ') FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename <> 'alembic_version'"
        )
    ).scalar_one()
    connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
