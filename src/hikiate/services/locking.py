"""How every writer takes hold of stock: lock, then give back what timed holds no longer keep."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

from sqlalchemy import Connection

from hikiate.domain.decimals import AVERAGE_PLACES, to_scaled
from hikiate.domain.lots import Item
from hikiate.domain.states import ResultStatus
from hikiate.domain.stock import blended
from hikiate.repository import allocations, live
from hikiate.repository.live import Live, Part
from hikiate.repository.locks import lock_items, lock_orders
from hikiate.repository.trips import trip
from hikiate.services.auditing import Actor
from hikiate.services.offering import offer
from hikiate.settings import Settings

_CLOCK = Actor("clock")
"""Who ends a hold: nobody asks for it, whoever comes next only notices."""

K = TypeVar("K", bound=Hashable)


def lock_stock(
    connection: Connection, settings: Settings, item_codes: Collection[str], order_ids: Collection[int]
) -> dict[str, Item]:
    """Lock items and orders, release what has expired on the items, and return the items as they are then.

    Whatever is read after this call is true until the transaction ends.
    """
    items = lock_items(connection, item_codes)
    expired = live.read_expired(connection, item_codes)
    lock_orders(connection, {*order_ids, *(row.order_id for row in expired)})
    if not expired:
        return items
    offer(connection, settings, {row.item_code for row in expired}, "expired-hold")
    for order_id in sorted({row.order_id for row in expired}):
        ended = [row.id for row in expired if row.order_id == order_id]
        _CLOCK.record(connection, "release", f"orders/{order_id}", results=ended)
    return items | release(connection, [whole(row) for row in expired], items)


def whole(row: Live) -> Part:
    """Return all of an allocation."""
    return Part(row, row.quantity, row.amount)


def release(connection: Connection, parts: Collection[Part], items: Mapping[str, Item]) -> dict[str, Item]:
    """Give allocations back to their lots and lines, whose items and orders are locked.

    Each rejoins its item's moving average at the average it was taken at (contract, section 4). Returns the items
    whose average that changed.
    """
    changed = _rejoined(connection, parts, items)
    live.end(connection, parts, ResultStatus.RELEASED)
    trip(
        connection,
        [
            allocations.giving_back(_sums((part.row.inventory_id, part.quantity) for part in parts)),
            allocations.setting_averages({code: item.average for code, item in changed.items()}),
            allocations.refreshing_status({part.row.order_id for part in parts}),
        ],
    )
    return changed


def _rejoined(connection: Connection, parts: Collection[Part], items: Mapping[str, Item]) -> dict[str, Item]:
    joined = live.averaged_quantities(connection, {part.row.item_code for part in parts})
    changed: dict[str, Item] = {}
    for row, returning, _ in parts:
        item = changed.get(row.item_code, items[row.item_code])
        quantity = joined.get(row.item_code, 0)
        if row.average is not None:
            average = blended(item.average, quantity, returning, to_scaled(row.average, AVERAGE_PLACES))
            changed[row.item_code] = item._replace(average=average)
        joined[row.item_code] = quantity + returning
    return changed


def _sums(changes: Iterable[tuple[K, int]]) -> dict[K, int]:
    sums: dict[K, int] = {}
    for key, quantity in changes:
        sums[key] = sums.get(key, 0) + quantity
    return sums
