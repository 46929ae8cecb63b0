"""Shipments, releases and cancellations that come at once share a commit, and each gets its own answer."""

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
from dying_commit import dying_commit
from life import TESTER, at_once, brief, done, lot, on_hand_is_what_moved, post, state
from sqlalchemy import Connection, text

from builders import allocate, order, receive
from hikiate.database import Database
from hikiate.domain.errors import Locked, NotAllocated, NotFound
from hikiate.domain.states import ResultStatus
from hikiate.schemas import OrderResponse
from hikiate.services import ordering, settling
from hikiate.services.changing import Change, change_together
from hikiate.settings import Settings

OFF = Settings(database_url=None)


def settle(order_id: int, status: ResultStatus) -> Change[OrderResponse]:
    """Ship or release all that an order holds."""
    return Change(
        partial(ordering.stock_of, order_id=order_id),
        lambda connection: settling.settle_order(connection, OFF, TESTER, order_id, None, status),
    )


def ship(order_id: int) -> Change[OrderResponse]:
    return settle(order_id, ResultStatus.SHIPPED)


def release(order_id: int) -> Change[OrderResponse]:
    return settle(order_id, ResultStatus.RELEASED)


def answers(made: list[OrderResponse | Exception]) -> list[Any]:
    """What each got: the order's status, or the kind of error."""
    return [type(answer) if isinstance(answer, Exception) else answer.status.value for answer in made]


@pytest.fixture
def orders(client: httpx.Client) -> list[int]:
    """Four orders of two, allocated."""
    receive(client, "A", 6)
    receive(client, "B", 2)
    made = [order(client, (item, 2))["id"] for item in "AAAB"]
    allocate(client)
    return made


def test_each_gets_its_own_answer(client: httpx.Client, database: Database, orders: list[int]) -> None:
    first, second, third, fourth = orders
    made = change_together(database, OFF, [ship(first), release(second), ship(99), ship(third), ship(fourth)])
    assert answers(made) == ["shipped", "open", NotFound, "shipped", "shipped"]
    assert lot(client, 1) == (2, 0, 2)
    assert on_hand_is_what_moved(client, 1, 2)


def test_what_one_is_refused_undoes_nothing_of_the_others(
    client: httpx.Client, database: Database, orders: list[int]
) -> None:
    first, second, *_ = orders
    made = change_together(database, OFF, [ship(first), ship(first), release(first), ship(second), release(second)])
    assert answers(made) == ["shipped", NotAllocated, NotAllocated, "shipped", NotAllocated]
    assert [status for *_, status in brief(client, order_id=first)] == ["shipped"]


def test_they_are_one_transaction(client: httpx.Client, database: Database, orders: list[int]) -> None:
    change_together(database, OFF, [ship(order_id) for order_id in orders])
    with database.engine.connect() as connection:
        moved = "SELECT count(*), count(DISTINCT created_at) FROM stock_movements WHERE kind = 'shipment'"
        assert connection.execute(text(moved)).one() == (4, 1)


def test_a_fault_of_one_is_not_its_neighbours(client: httpx.Client, database: Database, orders: list[int]) -> None:
    """A statement that the database refuses ends the transaction; each is made alone then."""

    def stumble(connection: Connection) -> OrderResponse:
        connection.execute(text("SELECT 1 / 0"))
        raise AssertionError

    broken = Change(partial(ordering.stock_of, order_id=orders[0]), stumble)
    made = change_together(database, OFF, [ship(orders[0]), broken, ship(orders[1])])
    assert answers(made)[::2] == ["shipped", "shipped"]
    assert "division by zero" in str(made[1])


def test_who_wants_nothing_of_a_locked_item_is_not_refused(
    client: httpx.Client, database: Database, orders: list[int]
) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("SELECT FROM items WHERE item_code = 'B' FOR UPDATE"))
        made = change_together(database, OFF, [ship(orders[3]), ship(orders[0])])
    assert answers(made) == [Locked, "shipped"]


@pytest.mark.parametrize("members", [1, 2])
def test_what_may_have_been_committed_is_not_made_again(
    client: httpx.Client, database: Database, orders: list[int], members: int
) -> None:
    with dying_commit(database, "stock_movements"):
        made = change_together(database, OFF, [ship(order_id) for order_id in orders[:members]])
    assert [str(answer) for answer in made] == ["The database does not answer."] * members
    assert lot(client, 1) == (6, 6, 0)


def test_a_key_that_comes_twice_at_once_ships_once(
    client: httpx.Client, orders: list[int], at_once_over_http: Callable[..., list[httpx.Response]]
) -> None:
    headers = {"Idempotency-Key": "once"}
    path = f"/orders/{orders[0]}/ship"
    shipped = at_once_over_http([("POST", path, headers)] * 6 + [("POST", f"/orders/{orders[1]}/ship", {})])
    assert [done(answer)["status"] for answer in shipped] == ["shipped"] * 7
    assert sum(answer.headers.get("Idempotent-Replayed") == "true" for answer in shipped) == 5
    assert state(client, orders[0]) == ("shipped", [(2, 0, 2, 0)])


@pytest.fixture
def at_once_over_http(client: httpx.Client, base_url: str) -> Callable[..., list[httpx.Response]]:
    """Send requests at the same moment, each by a client of its own."""

    def send(requests: list[tuple[str, str, dict[str, str]]]) -> list[httpx.Response]:
        def one(method: str, path: str, headers: dict[str, str]) -> httpx.Response:
            with httpx.Client(base_url=base_url, timeout=60) as alone:
                return alone.request(method, path, headers=headers)

        return at_once([partial(one, *request) for request in requests])

    return send


def test_a_change_of_what_is_not_there_is_refused_alone(client: httpx.Client) -> None:
    post(client, "/orders/7/ship", status=404)
    post(client, "/allocation-results/7/release", status=404)
