"""The connection to PostgreSQL: engine, transactions, the retry of lost races, and the schema's version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import structlog
from psycopg import errors as postgres
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from hikiate.domain.errors import Busy, Locked

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

T = TypeVar("T")

log = structlog.get_logger(__name__)

LOCK_TIMEOUT_SECONDS = 5
SESSION = {"lock_timeout": f"{LOCK_TIMEOUT_SECONDS}s", "timezone": "UTC", "jit": "off"}
"""What holds in every session."""
_IN_OPTIONS = {"options": " ".join(f"-c {name}={value}" for name, value in SESSION.items())}
_ATTEMPTS = 10
_MIGRATION_LOCK = 0x68696B69  # any number, but always the same
_MIGRATION_WAIT = "60s"
# A lost race leaves nothing behind, so the whole transaction may be done again. A reference that was free when it was
# looked for and taken when it was written is one too.
_LOST_RACES = (postgres.DeadlockDetected, postgres.SerializationFailure, postgres.UniqueViolation)
_OUT_OF_REACH = (postgres.OperationalError, postgres.InterfaceError)


class WrongDatabase(Exception):
    """The database can't be used as it is; the message says what to do."""


class _LostConnection(Exception):
    """The connection broke before anything was committed."""


class Database:
    """A PostgreSQL and how hikiate talks to it."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        prepares: bool = True,
        arguments: Mapping[str, object] | None = None,
    ) -> None:
        """Get ready to connect; the first use connects. Behind a pooler, statements can't be prepared.

        What is in `arguments` is for the driver, in place of the options of `SESSION`.

        Raises:
            WrongDatabase: the URL is not one of a PostgreSQL.
        """
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError) as error:
            raise WrongDatabase(
                "DATABASE_URL is not a URL; write postgresql://user:password@host:5432/name."
            ) from error
        if parsed.get_backend_name() not in ("postgresql", "postgres"):
            raise WrongDatabase(
                f"DATABASE_URL names {parsed.get_backend_name()}; hikiate runs on PostgreSQL only: "
                "write postgresql://user:password@host:5432/name."
            )
        self.engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=LOCK_TIMEOUT_SECONDS,
            execution_options={"prepares": prepares},
            connect_args={
                # The driver would forget all prepared statements at every rollback, ours too.
                "prepare_threshold": None,
                "connect_timeout": 5,
                "application_name": "hikiate",
                **(_IN_OPTIONS if arguments is None else arguments),
            },
        )

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in one transaction and commit it.

        A deadlock, a serialization failure or a connection lost before the commit is tried again, bounded. What comes
        after the commit was sent is never tried again: it may have been done.

        Raises:
            Locked: the races went on being lost, or a lock was not had in time.
            Busy: the database does not answer; if that was at the commit, nobody knows whether it was done.
        """
        try:
            return self._once(work)
        except _TRIED_AGAIN:
            # Getting ready to try again costs as much as a small query, so it is done when it is known to be needed.
            return self._again(work)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do `work` on one snapshot that it can't change.

        Raises:
            Busy: the database does not answer.
        """

        def on_snapshot(connection: Connection) -> T:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return work(connection)

        return self.transact(on_snapshot)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _again(self, work: Callable[[Connection], T]) -> T:
        retrying = Retrying(
            stop=stop_after_attempt(_ATTEMPTS - 1),
            wait=wait_random_exponential(multiplier=0.01, max=0.5),
            retry=retry_if_exception_type(_TRIED_AGAIN),
            retry_error_callback=_give_up,
        )
        for attempt in retrying:
            with attempt:
                return self._once(work)
        raise AssertionError("unreachable")

    def _once(self, work: Callable[[Connection], T]) -> T:
        connected = committing = False
        try:
            with self.engine.connect() as connection, connection.begin() as transaction:
                connected = True
                result = work(connection)
                committing = True
                transaction.commit()
                return result
        except (DBAPIError, postgres.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if isinstance(cause, _LOST_RACES):
                raise _LostRace from error
            if isinstance(cause, postgres.LockNotAvailable):
                raise Locked("The stock is busy: a lock was not had in time.") from error
            if isinstance(cause, _OUT_OF_REACH):
                log.warning("database out of reach", error=str(cause), committing=committing)
                # A database that can't even be reached is not waited for: whoever asks may ask again.
                if connected and not committing:
                    raise _LostConnection from error
                raise Busy("The database does not answer.") from error
            raise
        except PoolTimeout as error:
            raise Busy("All connections to the database are in use.") from error


class _LostRace(Exception):
    """Somebody else was faster; nothing was done."""


_TRIED_AGAIN = (_LostRace, _LostConnection)


def _give_up(state: RetryCallState) -> None:
    if state.outcome is not None and isinstance(state.outcome.exception(), _LostConnection):
        raise Busy("The database does not answer.")
    raise Locked("The stock is busy: the race for it was lost too often.")


# Alembic takes a third of a second to load, and most programs never need it: hence the imports below.


def _alembic() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_alembic())


def newest_revision() -> str:
    """Return the schema version that this program works with."""
    head = _scripts().get_current_head()
    if head is None:
        raise AssertionError("there are no migrations")
    return head


def revision_of(connection: Connection) -> str | None:
    """Return the schema version of the database; None when it is empty."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up, or down to an older revision; `base` is the empty database."""
    from alembic import command

    config, script = _alembic(), _scripts()
    config.attributes["connection"] = connection
    current = revision_of(connection)
    if current is not None and current not in {known.revision for known in script.walk_revisions()}:
        raise WrongDatabase(_NEWER.format(current=current))
    if revision == "base" or (current and revision in {r.revision for r in script.iterate_revisions(current, "base")}):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def migrate_alone(connection: Connection, revision: str = "head") -> None:
    """Migrate, while other programs that want the same wait."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_MIGRATION_WAIT}'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
    migrate(connection, revision)


_NEWER = "The database has schema {current}, which this hikiate does not know; use the newer hikiate that made it."


def require_current_schema(connection: Connection) -> None:
    """Refuse a database whose schema is not the newest.

    Raises:
        WrongDatabase: with what to do.
    """
    current, newest = revision_of(connection), newest_revision()
    if current == newest:
        return
    if current is None:
        raise WrongDatabase("The database has no hikiate schema yet; run `hikiate migrate` first.")
    if current not in {known.revision for known in _scripts().walk_revisions()}:
        raise WrongDatabase(_NEWER.format(current=current))
    raise WrongDatabase(f"The database has schema {current}, this hikiate needs {newest}; run `hikiate migrate`.")
