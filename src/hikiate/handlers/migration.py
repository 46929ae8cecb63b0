"""The migration, run by a deployment before the new functions are given requests."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from psycopg import sql
from sqlalchemy import Connection

from hikiate.aws import database, telemetry
from hikiate.database import SESSION, migrate_alone, revision_of
from hikiate.settings import AwsSettings

telemetry.configure()
_database = database.connect(AwsSettings())


@telemetry.logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Bring the schema up to date, set what holds in the role's sessions, and answer the schema's version."""
    _database.transact(migrate_alone)
    return {"revision": _database.transact(_prepare_sessions)}


def _prepare_sessions(connection: Connection) -> str | None:
    for name, value in SESSION.items():
        statement = sql.SQL("ALTER ROLE CURRENT_USER SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
        connection.exec_driver_sql(statement.as_string())
    return revision_of(connection)
