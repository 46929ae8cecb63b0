"""Requests that come while others are committed are committed together, and each gets its own answer."""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from dying_commit import dying_commit
from life import FAR, TESTER, at_once, done, get, let_end, problem, rows, state, until, waiting
from sqlalchemy import Connection, text

from builders import order, receive
from hikiate.database import Database
from hikiate.domain.errors import Invalid, Locked, NotFound
from hikiate.schemas import AllocationRequest
from hikiate.services import allocating, together
from hikiate.services.grouping import Group
from hikiate.services.together import Asked, Done, Together, TooMany, serve_together
from hikiate.settings import Settings

OFF = Settings(database_url=None)


def asked(*order_ids: int, method: str = "FIFO", **more: Any) -> Asked:
    """One caller's run of these orders."""
    body = {"allocation_method": method, "order_ids": list(order_ids), **more}
    return Asked(TESTER, allocating.checked(OFF, AllocationRequest.model_validate(body)))


def given(answers: Sequence[Done | Exception]) -> list[Any]:
    """What each got: millionths, or the kind of error."""
    return [answer.served.totals.allocated if isinstance(answer, Done) else type(answer) for answer in answers]


def test_they_are_planned_in_the_order_of_arrival(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 5, 10, receipt_date="2026-01-01")
    receive(client, "A", 5, 20, receipt_date="2026-01-02")
    orders = [order(client, ("A", 4))["id"] for _ in range(3)]
    made = serve_together(
        database, OFF, [asked(orders[2]), asked(orders[0], method="LIFO"), asked(orders[1], method="AVERAGE")]
    )
    assert given(made) == [4_000_000, 4_000_000, 2_000_000]
    shown = [together.shown(OFF, answer) for answer in made if isinstance(answer, Done)]
    assert [
        [(row.inventory_id, row.allocated_quantity, row.allocated_price) for row in run.results] for run in shown
    ] == [
        [(1, 4, 40)],
        [(2, 4, 80)],
        [(1, 1, 15), (2, 1, 15)],
    ]
    assert [run.short_quantity for run in shown] == [0, 0, 2]


def test_what_each_is_answered_is_what_is_recorded(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 5)
    orders = [order(client, ("A", 2), ("A", 1))["id"] for _ in range(3)]
    made = serve_together(database, OFF, [asked(order_id, hold_until=FAR) for order_id in orders])
    for answer in made:
        assert isinstance(answer, Done)
        run = get(client, f"/allocation-runs/{answer.served.run.run_id}")
        shown = together.shown(OFF, answer)
        assert [row["id"] for row in run["results"]] == [row.id for row in shown.results]
        assert run["allocated_quantity"] == shown.allocated_quantity
        assert len(run["shortages"]) == len(shown.shortages)
    assert [entry["subject"] for entry in get(client, "/audit")["items"][:3]] == [
        f"allocation-runs/{number}" for number in (3, 2, 1)
    ]


def test_a_bad_request_fails_alone(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 5)
    good = order(client, ("A", 2))["id"]
    made = serve_together(database, OFF, [asked(99), asked(good), asked(98, good)])
    assert given(made) == [Invalid, 2_000_000, Invalid]


def test_an_order_named_twice_is_served_twice_in_turn(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 3)
    named = order(client, ("A", 2))["id"]
    other = order(client, ("A", 2))["id"]
    made = serve_together(database, OFF, [asked(named), asked(other, named), asked(other)])
    assert given(made) == [2_000_000, 1_000_000, 0]


def test_a_run_of_many_lines_is_made_alone(
    client: httpx.Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(client, "A", 9)
    long, short = order(client, *[("A", 1)] * 4)["id"], order(client, ("A", 1))["id"]
    monkeypatch.setattr(together, "FEW_ROWS", 3)
    assert given(serve_together(database, OFF, [asked(long), asked(short)])) == [TooMany, 1_000_000]
    run = done(client.post("/allocate", json={"allocation_method": "FIFO", "order_ids": [long]}))
    assert run["allocated_quantity"] == 4


def test_a_fault_in_one_is_not_its_neighbours(
    client: httpx.Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(client, "A", 9)
    orders = [order(client, ("A", 1))["id"] for _ in range(3)]
    plan_runs = together.plan_runs

    def stumbling(connection: Any, settings: Any, batch: Any, runs: Any) -> Any:
        if any(demand.order_id == orders[1] for run in runs for demand in run.demand):
            raise ZeroDivisionError
        return plan_runs(connection, settings, batch, runs)

    monkeypatch.setattr(together, "plan_runs", stumbling)
    made = serve_together(database, OFF, [asked(order_id) for order_id in orders])
    assert given(made) == [1_000_000, ZeroDivisionError, 1_000_000]


def test_who_wants_nothing_of_a_locked_item_does_not_wait_with_who_does(
    client: httpx.Client, database: Database
) -> None:
    """Somebody holds item B longer than a lock is waited for."""
    for item in "AB":
        receive(client, item, 9)
    orders = [order(client, (item, 1))["id"] for item in "ABA"]
    with database.engine.begin() as connection:
        connection.execute(text("SELECT FROM items WHERE item_code = 'B' FOR UPDATE"))
        made = serve_together(database, OFF, [asked(order_id) for order_id in orders])
    assert given(made) == [1_000_000, Locked, 1_000_000]


def test_who_held_a_locked_item_until_just_now_is_not_told_that_nothing_is_open(
    client: httpx.Client, database: Database
) -> None:
    """The hold has ended, and nobody has noticed yet: the line will open again when its item is had."""
    for item in "AB":
        receive(client, item, 9)
    held, other = order(client, ("B", 1))["id"], order(client, ("A", 1))["id"]
    client.post("/allocate", json={"allocation_method": "FIFO", "order_ids": [held], "hold_until": FAR})
    let_end(database)
    with database.engine.begin() as connection:
        connection.execute(text("SELECT FROM items WHERE item_code = 'B' FOR UPDATE"))
        made = serve_together(database, OFF, [asked(held), asked(other)])
    assert given(made) == [Locked, 1_000_000]
    assert given(serve_together(database, OFF, [asked(held)])) == [1_000_000]


def test_what_befalls_a_later_round_is_not_the_earlier_ones(
    client: httpx.Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders named twice make two rounds; the second is done when the first is committed."""
    receive(client, "A", 9)
    first, second = order(client, ("A", 2))["id"], order(client, ("A", 2))["id"]
    transact, errors = together._transact, iter([None, Locked("busy"), ZeroDivisionError()])

    def failing(*arguments: Any) -> Any:
        if error := next(errors):
            raise error
        return transact(*arguments)

    monkeypatch.setattr(together, "_transact", failing)
    made = serve_together(database, OFF, [asked(order_id) for order_id in (first, second, first, second)])
    assert given(made) == [2_000_000, 2_000_000, ZeroDivisionError, ZeroDivisionError]


@pytest.mark.parametrize("members", [1, 2])
def test_what_may_have_been_committed_is_not_made_again(client: httpx.Client, database: Database, members: int) -> None:
    receive(client, "A", 9)
    orders = [order(client, ("A", 1))["id"] for _ in range(members)]
    with dying_commit(database, "allocation_results"):
        made = serve_together(database, OFF, [asked(order_id) for order_id in orders])
    assert [str(answer) for answer in made] == ["The database does not answer."] * members
    assert get(client, "/allocation-runs")["items"] == []
    assert given(serve_together(database, OFF, [asked(order_id) for order_id in orders])) == [1_000_000] * members


def test_an_ended_hold_is_noticed_by_the_group(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 2)
    first, second = order(client, ("A", 2))["id"], order(client, ("A", 2))["id"]
    client.post("/allocate", json={"allocation_method": "FIFO", "order_ids": [first], "hold_until": FAR})
    let_end(database)
    assert given(serve_together(database, OFF, [asked(second)])) == [2_000_000]
    assert [row["status"] for row in rows(client)] == ["released", "allocated"]
    assert state(client, first)[0] == "open"


def test_those_who_wait_are_committed_together(client: httpx.Client, database: Database) -> None:
    """The first is held up at its item; those that come meanwhile share one transaction, and so one start."""
    receive(client, "A", 100)
    orders = [order(client, ("A", 1))["id"] for _ in range(9)]
    allocating_together = Together(database, OFF)

    async def others(held: Connection) -> list[Done]:
        tasks = [asyncio.create_task(allocating_together.ask_from_loop(asked(order_id))) for order_id in orders[1:]]
        # Every task has asked when it waits for the first time.
        await asyncio.sleep(0)
        held.rollback()
        return await asyncio.gather(*tasks)

    with ThreadPoolExecutor(1) as pool, database.engine.connect() as held:
        held.execute(text("SELECT FROM items FOR UPDATE"))
        first = pool.submit(allocating_together.ask, asked(orders[0]))
        until(lambda: waiting(database) == 1)
        together_made = asyncio.run(others(held))
        made = [first.result(), *together_made]
    assert given(made) == [1_000_000] * 9
    assert len({answer.started_at for answer in together_made}) == 1
    assert made[0].started_at < together_made[0].started_at


def test_two_who_want_the_last_unit_at_once(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 1)
    orders = [order(client, ("A", 1))["id"] for _ in range(16)]
    body = {"allocation_method": "FIFO"}
    answers = at_once(
        [
            lambda order_id=order_id: client.post("/allocate", json={**body, "order_ids": [order_id]})  # type: ignore[misc]  # the default binds it
            for order_id in orders
        ]
    )
    assert sorted(done(answer)["allocated_quantity"] for answer in answers) == [0] * 15 + [1]


def test_an_unknown_order_is_a_problem_over_http(client: httpx.Client) -> None:
    problem(client.post("/allocate", json={"allocation_method": "FIFO", "order_ids": [5]}), 422, "validation")


def test_a_caller_of_a_group_has_its_own_answer_from_any_thread_and_any_loop() -> None:
    """Groups are made of whatever came while the one before them was served."""
    sizes: list[int] = []

    def serve(requests: Sequence[int]) -> list[int | Exception]:
        sizes.append(len(requests))
        time.sleep(0.005)
        return [NotFound(str(request)) if request % 7 == 0 else request * 2 for request in requests]

    group: Group[int, int] = Group(serve, most=5, name="test")

    def from_thread(start: int) -> list[int | str]:
        return [_answer(group, request) for request in range(start, start + 50)]

    async def from_loop() -> list[int | str]:
        async def one(request: int) -> int | str:
            try:
                return await group.ask_from_loop(request)
            except NotFound as error:
                return error.detail

        return list(await asyncio.gather(*(one(request) for request in range(1000, 1050))))

    with ThreadPoolExecutor(5) as pool:
        threads = [pool.submit(from_thread, start) for start in (0, 100, 200, 300)]
        loop = pool.submit(lambda: asyncio.run(from_loop()))
        answered = [future.result() for future in threads]
        assert loop.result() == [_expected(request) for request in range(1000, 1050)]
    for start, answers in zip((0, 100, 200, 300), answered, strict=True):
        assert answers == [_expected(request) for request in range(start, start + 50)]
    assert max(sizes) == 5
    assert sum(sizes) == 250


def _answer(group: Group[int, int], request: int) -> int | str:
    try:
        return group.ask(request)
    except NotFound as error:
        return error.detail


def _expected(request: int) -> int | str:
    return str(request) if request % 7 == 0 else request * 2


def test_a_group_whose_service_breaks_answers_all_and_goes_on() -> None:
    """Whatever goes wrong, nobody waits for ever."""

    def serve(requests: Sequence[int]) -> list[int | Exception]:
        if 13 in requests:
            raise ZeroDivisionError
        return list(requests)

    group: Group[int, int] = Group(serve, most=5, name="test")

    async def ask(request: int) -> int:
        return await group.ask_from_loop(request)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(ask(13))
    assert asyncio.run(ask(14)) == 14
    with pytest.raises(ZeroDivisionError):
        group.ask(13)
    assert group.ask(14) == 14
