"""Items whose new stock waiting lines have not been offered yet: a flag an item, whatever the number of changes."""

from collections.abc import Collection

from sqlalchemy import Connection

from hikiate.repository.rows import execute, query


def flag(connection: Connection, item_codes: Collection[str], trigger: str) -> None:
    """Flag items; the first trigger stays, for it is the one that waits longest."""
    execute(
        connection,
        "UPDATE items SET new_stock = %(trigger)s WHERE new_stock IS NULL AND item_code IN ("
        "  SELECT item_code FROM items WHERE item_code = ANY(%(codes)s) ORDER BY item_code FOR NO KEY UPDATE)",
        codes=list(item_codes),
        trigger=trigger,
    )


def flagged(connection: Connection) -> dict[str, str]:
    """Return what made stock available, by item code."""
    rows = query(connection, "SELECT item_code, new_stock FROM items WHERE new_stock IS NOT NULL ORDER BY item_code")
    return dict(rows)


def unflag(connection: Connection, item_codes: Collection[str]) -> list[str]:
    """Clear the flags of items and return the codes of those that had one."""
    rows = query(
        connection,
        "UPDATE items SET new_stock = NULL WHERE new_stock IS NOT NULL AND item_code IN ("
        "  SELECT item_code FROM items WHERE item_code = ANY(%(codes)s) ORDER BY item_code FOR NO KEY UPDATE)"
        " RETURNING item_code",
        codes=list(item_codes),
    )
    return [code for (code,) in rows]
