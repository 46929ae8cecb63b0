"""How every writer takes hold of stock: lock, then give back what timed holds no longer keep."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

from sqlalchemy import Connection

from hikiate.domain.decimals import AVERAGE_PLACES, to_scaled
from hikiate.domain.lots import Item
from hikiate.domain.stock import blended
from hikiate.models import ResultStatus
from hikiate.repository import allocations
from hikiate.repository.allocations import Live
from hikiate.repository.locks import lock_items, lock_orders

K = TypeVar("K", bound=Hashable)


def lock_stock(connection: Connection, item_codes: Collection[str], order_ids: Collection[int]) -> dict[str, Item]:
    """Lock items and orders, release what has expired on the items, and return the items as they are then.

    Whatever is read after this call is true until the transaction ends.
    """
    items = lock_items(connection, item_codes)
    expired = allocations.read_expired(connection, item_codes)
    lock_orders(connection, {*order_ids, *(row.order_id for row in expired)})
    if not expired:
        return items
    return {**items, **release(connection, expired, items)}


def release(connection: Connection, rows: Collection[Live], items: Mapping[str, Item]) -> dict[str, Item]:
    """Give whole allocations back to their lots and lines, whose items and orders are locked.

    Each rejoins its item's moving average at the average it was taken at (contract, section 4). Returns the items
    whose average that changed.
    """
    changed = _rejoined(connection, rows, items)
    allocations.end_results(connection, [row.id for row in rows], ResultStatus.RELEASED)
    allocations.change_allocated(connection, _sums((row.inventory_id, -row.quantity) for row in rows))
    allocations.change_lines(connection, _sums(((row.order_id, row.line_no), -row.quantity) for row in rows))
    allocations.set_averages(connection, {code: item.average for code, item in changed.items()})
    allocations.refresh_status(connection, {row.order_id for row in rows})
    return changed


def _rejoined(connection: Connection, rows: Collection[Live], items: Mapping[str, Item]) -> dict[str, Item]:
    joined = allocations.averaged_quantities(connection, {row.item_code for row in rows})
    changed: dict[str, Item] = {}
    for row in rows:
        item = changed.get(row.item_code, items[row.item_code])
        quantity = joined.get(row.item_code, 0)
        if row.average is not None:
            average = blended(item.average, quantity, row.quantity, to_scaled(row.average, AVERAGE_PLACES))
            changed[row.item_code] = item._replace(average=average)
        joined[row.item_code] = quantity + row.quantity
    return changed


def _sums(changes: Iterable[tuple[K, int]]) -> dict[K, int]:
    sums: dict[K, int] = {}
    for key, quantity in changes:
        sums[key] = sums.get(key, 0) + quantity
    return sums
