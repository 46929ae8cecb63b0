"""The connection of a function to its database: over TLS, with credentials that may be rotated at any time."""

from pathlib import Path
from typing import Any

import structlog
from psycopg import OperationalError
from sqlalchemy import event
from sqlalchemy.engine import URL, Dialect

from hikiate.aws.secret import Credentials, DatabaseSecret
from hikiate.database import Database
from hikiate.settings import AwsSettings

log = structlog.get_logger(__name__)

_RDS_AUTHORITIES = Path(__file__).with_name("rds.pem")
_SILENCE_MILLISECONDS = 10_000


def connect(settings: AwsSettings) -> Database:
    """Prepare to connect: the first use does, so that a snapshot of the initialized function holds no connection.

    A function serves one request at a time, so it keeps one connection from one to the next. What holds in a session
    are the role's own defaults, set by the migration, since RDS Proxy refuses options and pins a session that is set.
    """
    url = URL.create("postgresql", host=settings.database_host, port=settings.database_port)
    database = Database(
        url.set(database=settings.database_name).render_as_string(),
        pool_size=1,
        prepares=not settings.database_proxied,
        arguments={
            "sslmode": "verify-full",
            "sslrootcert": str(settings.database_ca_file or _RDS_AUTHORITIES),
            # A database that failed over leaves a connection on which nobody will ever answer.
            "tcp_user_timeout": _SILENCE_MILLISECONDS,
        },
    )
    secret = DatabaseSecret(settings.database_secret_arn)

    @event.listens_for(database.engine, "do_connect")
    def connect_as_the_secret_says(dialect: Dialect, _: Any, place: list[Any], options: dict[str, Any]) -> Any:
        def connect_as(credentials: Credentials) -> Any:
            return dialect.connect(*place, **options, user=credentials.user, password=credentials.password)

        known = secret.credentials()
        try:
            return connect_as(known)
        except OperationalError:
            # The driver does not say whether it was the password, but a secret that has changed does.
            rotated = secret.credentials(fresh=True)
            if rotated == known:
                raise
            log.info("the database's secret was rotated")
            return connect_as(rotated)

    return database
