"""Lost races are tried again, bounded; a wait for a lock ends; nothing is committed twice."""

import threading

import pytest
from sqlalchemy import Connection, text

from hikiate.database import Database
from hikiate.domain.errors import Busy


def _item(connection: Connection, code: str) -> None:
    connection.execute(text("INSERT INTO items (item_code) VALUES (:code)"), {"code": code})


def _lock(connection: Connection, code: str) -> None:
    connection.execute(text("SELECT FROM items WHERE item_code = :code FOR UPDATE"), {"code": code})


def test_a_deadlock_is_tried_again_and_reaches_nobody(database: Database) -> None:
    """Two transactions lock two rows in opposite order, which the product itself never does."""
    for code in "AB":
        database.transact(lambda connection, code=code: _item(connection, code))
    both_hold_one = threading.Barrier(2)
    tries = {"AB": 0, "BA": 0}

    def cross(name: str) -> None:
        def work(connection: Connection) -> None:
            tries[name] += 1
            _lock(connection, name[0])
            if tries[name] == 1:
                both_hold_one.wait(timeout=5)
            _lock(connection, name[1])

        database.transact(work)

    threads = [threading.Thread(target=cross, args=(name,)) for name in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(tries.values()) == [1, 2]


def test_a_race_that_is_always_lost_ends_as_busy(database: Database) -> None:
    """The bound is what keeps a server from turning in circles."""
    tries = 0

    def work(connection: Connection) -> None:
        nonlocal tries
        tries += 1
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$"))

    with pytest.raises(Busy):
        database.transact(work)
    assert tries == 10


def test_a_connection_lost_before_the_commit_is_replaced(database: Database) -> None:
    """As when the server was restarted behind an idle pool."""
    tries = 0

    def work(connection: Connection) -> int:
        nonlocal tries
        tries += 1
        if tries == 1:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        _item(connection, "A")
        return tries

    assert database.transact(work) == 2


def test_a_snapshot_cannot_be_written_to(database: Database) -> None:
    """Dry runs and lists read only, whatever their code would do."""
    with pytest.raises(Exception, match="read-only transaction"):
        database.read(lambda connection: _item(connection, "A"))


def test_what_fails_leaves_nothing(database: Database) -> None:
    """A fault of the program rolls back and is not tried again."""

    def work(connection: Connection) -> None:
        _item(connection, "A")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.transact(work)
    assert database.read(lambda connection: connection.execute(text("SELECT count(*) FROM items")).scalar_one()) == 0
