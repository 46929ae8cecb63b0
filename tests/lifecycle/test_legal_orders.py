"""Two requests at once: each race ends as if one had come after the other, and neither is answered by a fault."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from life import Json, at_once, get, lot, on_hand_is_what_moved, rows, state

from builders import allocate, order, receive

ROUNDS = range(6)
Ask = Callable[[], httpx.Response]


def said(answer: httpx.Response) -> str:
    """Return the code of a refusal, or `done`."""
    assert answer.status_code < 500, answer.text
    return "done" if answer.is_success else str(answer.json()["type"].rpartition("/")[2])


def raced(*asks: Ask) -> tuple[str, ...]:
    """Ask all at once and return what was said."""
    return tuple(said(answer) for answer in at_once(asks))


class World:
    """An item of its own, a lot of 10, and an order of 6."""

    def __init__(self, client: httpx.Client, place: int, *, allocated: bool) -> None:
        self.client = client
        self.item = f"I{place}"
        self.lot = receive(client, self.item, 10)["id"]
        self.order = order(client, (self.item, 6))["id"]
        if allocated:
            allocate(client, order_ids=[self.order])

    def post(self, path: str, body: Json | None = None) -> Ask:
        """Return what asks for a change of the order or its lot."""
        path = path.format(order=self.order, lot=self.lot)
        return lambda: self.client.post(path, json=body)

    def lines(self, action: str, quantity: int) -> Ask:
        """Return what settles a part of the order."""
        return self.post(f"/orders/{{order}}/{action}", {"lines": [{"line_no": 1, "quantity": quantity}]})

    def allocate(self, **more: Any) -> Ask:
        """Return what allocates the order."""
        return self.post("/allocate", {"allocation_method": "FIFO", "order_ids": [self.order], **more})

    def change(self, quantity: int) -> Ask:
        """Return what changes the order's quantity."""
        body = {"lines": [{"line_no": 1, "quantity": quantity}]}
        return lambda: self.client.patch(f"/orders/{self.order}", json=body)

    def end(self) -> tuple[str, Any, Any]:
        """Return the order's status, and what of the lot is there and allocated."""
        on_hand, allocated, _ = lot(self.client, self.lot)
        assert on_hand_is_what_moved(self.client, self.lot)
        live = rows(self.client, inventory_id=self.lot, status="allocated")
        assert allocated == sum(row["allocated_quantity"] for row in live)
        return state(self.client, self.order)[0], on_hand, allocated


SHIP, RELEASE, CANCEL = "/orders/{order}/ship", "/orders/{order}/release", "/orders/{order}/cancel"
HOLD, ADJUST = "/inventories/{lot}/hold", "/inventories/{lot}/adjust"
NOT = "not-allocated"

# What races, whether the order is allocated before, and each legal end: what was said, and how things stand.
Race = tuple[Callable[[World], list[Ask]], bool, dict[tuple[str, ...], tuple[str, int, int]]]
RACES: dict[str, Race] = {
    "release and ship": (
        lambda world: [world.post(RELEASE), world.post(SHIP)],
        True,
        {("done", NOT): ("open", 10, 0), (NOT, "done"): ("shipped", 4, 0)},
    ),
    "two ships": (
        lambda world: [world.post(SHIP), world.post(SHIP)],
        True,
        {("done", NOT): ("shipped", 4, 0), (NOT, "done"): ("shipped", 4, 0)},
    ),
    "two releases": (
        lambda world: [world.post(RELEASE), world.post(RELEASE)],
        True,
        {("done", NOT): ("open", 10, 0), (NOT, "done"): ("open", 10, 0)},
    ),
    "two ships of more than half": (
        lambda world: [world.lines("ship", 4), world.lines("ship", 4)],
        True,
        {
            ("done", "validation"): ("allocated", 6, 2),
            ("validation", "done"): ("allocated", 6, 2),
        },
    ),
    "two ships of halves": (
        lambda world: [world.lines("ship", 3), world.lines("ship", 3)],
        True,
        {("done", "done"): ("shipped", 4, 0)},
    ),
    "a ship and a release of parts": (
        lambda world: [world.lines("ship", 4), world.lines("release", 4)],
        True,
        {
            ("done", "validation"): ("allocated", 6, 2),
            ("validation", "done"): ("partially_allocated", 10, 2),
        },
    ),
    "cancel and ship": (
        lambda world: [world.post(CANCEL), world.post(SHIP)],
        True,
        {("done", NOT): ("cancelled", 10, 0), ("already-shipped", "done"): ("shipped", 4, 0)},
    ),
    "two cancels": (
        lambda world: [world.post(CANCEL), world.post(CANCEL)],
        True,
        {("done", "done"): ("cancelled", 10, 0)},
    ),
    "cancel and allocate": (
        lambda world: [world.post(CANCEL), world.allocate()],
        False,
        {("done", "done"): ("cancelled", 10, 0)},
    ),
    "two runs": (
        lambda world: [world.allocate(), world.allocate()],
        False,
        {("done", "done"): ("allocated", 10, 6)},
    ),
    "shrink and allocate": (
        lambda world: [world.change(2), world.allocate()],
        False,
        {("done", "done"): ("allocated", 10, 2), ("validation", "done"): ("allocated", 10, 6)},
    ),
    "shrink and release": (
        lambda world: [world.change(2), world.post(RELEASE)],
        True,
        {("done", "done"): ("open", 10, 0), ("validation", "done"): ("open", 10, 0)},
    ),
    "hold and ship": (
        lambda world: [world.post(HOLD), world.post(SHIP)],
        True,
        {("done", "done"): ("shipped", 4, 0), ("done", "held"): ("allocated", 10, 6)},
    ),
    "adjust below what is allocated, and release": (
        lambda world: [world.post(ADJUST, {"quantity_change": -9, "reason": "lost"}), world.post(RELEASE)],
        True,
        {("below-allocated", "done"): ("open", 10, 0), ("done", "done"): ("open", 1, 0)},
    ),
}


@pytest.mark.parametrize("race", RACES)
def test_a_race_ends_in_one_of_its_legal_orders(client: httpx.Client, race: str) -> None:
    asks, allocated, legal = RACES[race]
    for place in ROUNDS:
        world = World(client, place, allocated=allocated)
        outcome = raced(*asks(world))
        assert outcome in legal, outcome
        assert world.end() == legal[outcome], outcome


def test_of_two_who_want_the_last_unit_one_gets_it(client: httpx.Client) -> None:
    for place in ROUNDS:
        first = World(client, place, allocated=True)
        rivals = [order(client, (first.item, 4))["id"] for _ in range(2)]
        assert raced(*(first.allocate(order_ids=[rival]) for rival in rivals)) == ("done", "done")
        assert sorted(state(client, rival)[0] for rival in rivals) == ["allocated", "open"]
        assert lot(client, first.lot) == (10, 10, 0)


def test_of_sixteen_who_want_ten_units_ten_get_one(client: httpx.Client) -> None:
    world = World(client, 0, allocated=False)
    rivals = [order(client, ("I0", 1))["id"] for _ in range(16)]
    assert set(raced(*(world.allocate(order_ids=[rival]) for rival in rivals))) == {"done"}
    assert sorted(state(client, rival)[0] for rival in rivals) == ["allocated"] * 10 + ["open"] * 6
    assert lot(client, world.lot) == (10, 10, 0)


def test_a_count_below_what_is_being_allocated_wins_or_is_refused(client: httpx.Client) -> None:
    """Less than all was there when the run came; or more was promised when the count came."""
    for place in ROUNDS:
        world = World(client, place, allocated=False)
        lost = {"quantity_change": -7, "reason": "lost"}
        outcome = raced(world.post(ADJUST, lost), world.allocate())
        legal = {("done", "done"): ("partially_allocated", 3, 3), ("below-allocated", "done"): ("allocated", 10, 6)}
        assert outcome in legal
        assert world.end() == legal[outcome]


def test_a_lot_is_held_before_or_after_it_is_allocated(client: httpx.Client) -> None:
    for place in ROUNDS:
        world = World(client, place, allocated=False)
        assert raced(world.post(HOLD), world.allocate()) == ("done", "done")
        assert world.end() in {("open", 10, 0), ("allocated", 10, 6)}


def test_orders_that_want_the_same_items_the_other_way_round_do_not_block_each_other(client: httpx.Client) -> None:
    """Each must be complete, and there is enough for one: one has all and the other nothing."""
    for place in ROUNDS:
        codes = [f"{letter}{place}" for letter in "ABC"]
        lots = [receive(client, code, 5)["id"] for code in codes]
        both = [
            order(client, *((code, 4) for code in some), fulfilment="complete")["id"] for some in (codes, codes[::-1])
        ]
        world = World(client, place, allocated=False)
        assert raced(*(world.allocate(order_ids=[one]) for one in both)) == ("done", "done")
        assert sorted(state(client, one)[0] for one in both) == ["allocated", "open"]
        assert [lot(client, one) for one in lots] == [(5, 4, 1)] * 3
        assert set(raced(*(world.post(f"/orders/{one}/cancel") for one in both))) == {"done"}
        assert [lot(client, one) for one in lots] == [(5, 0, 5)] * 3


def test_a_reference_is_one_orders_and_one_lots(client: httpx.Client) -> None:
    for place in ROUNDS:
        taken = {"reference": f"R{place}", "item_code": "A", "quantity": 1}
        received = taken | {"receipt_date": "2026-01-01", "unit_price": 1}
        for path, body in (("/orders", taken), ("/inventories", received)):
            rows = f"{','.join(body)}\n{','.join(map(str, body.values()))}\n"

            def file(path: str = path, rows: str = rows) -> httpx.Response:
                return client.post(f"{path}/import", content=rows, headers={"Content-Type": "text/csv"})

            def one(path: str = path, body: Json = body) -> httpx.Response:
                return client.post(path, json=body)

            outcome = raced(one, one, file, file)
            assert sorted(outcome[:2]) in (["done", "duplicate-reference"], ["duplicate-reference"] * 2)
            assert sorted(outcome[2:]) in (["done", "validation"], ["validation"] * 2)
            assert outcome.count("done") == 1
    assert len(get(client, "/orders")["items"]) == len(get(client, "/inventories")["items"]) == len(ROUNDS)


def test_everything_at_once_leaves_the_books_in_order(client: httpx.Client) -> None:
    """The three facts are checked when the fixture ends; here: nothing is answered by a fault of ours."""
    worlds = [World(client, place, allocated=place % 2 == 0) for place in range(3)]
    for _ in range(2):
        asks = [
            ask
            for world in worlds
            for ask in (
                world.allocate(order_ids=None),
                world.lines("ship", 1),
                world.lines("release", 2),
                world.change(8),
                world.post(ADJUST, {"quantity_change": 1, "reason": "found"}),
                lambda: client.get("/orders"),
            )
        ]
        raced(*asks)
    for world in worlds:
        world.end()
