"""Balances that somebody changed by hand are named, mended, and the mending is recorded."""

from collections.abc import Iterator

import psycopg
import pytest
from program import Program

from hikiate.local.postgres import EmbeddedPostgres

LOTS = b"item_code,quantity,receipt_date,unit_price\ntea,10,2026-01-05,100\nrice,5,2026-01-05,1\n"
ORDERS = b"reference,item_code,quantity\nA,tea,4\nB,rice,5\n"


@pytest.fixture(scope="module")
def tables(hikiate: Program) -> Iterator[psycopg.Connection]:
    """The tables of a database with two lots and two orders, allocated."""
    hikiate.done("import", "inventories", "-", stdin=LOTS)
    hikiate.done("import", "orders", "-", stdin=ORDERS)
    hikiate.done("allocate", "--method", "FIFO")
    with EmbeddedPostgres(hikiate.folder) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


def test_a_changed_balance_is_named_and_repaired(hikiate: Program, tables: psycopg.Connection) -> None:
    tables.execute("UPDATE inventories SET allocated_quantity = 3000000 WHERE item_code = 'tea'")
    tables.execute("UPDATE orders SET status = 'open' WHERE reference = 'A'")

    found = hikiate("verify")
    assert (found.code, found.err) == (1, "")
    _, _, lot, order, _, verdict = found.out.splitlines()
    assert lot.split() == ["inventory", "1", "tea", "allocated_quantity", "3", "4"]
    assert order.split() == ["order", "1", "status", "open", "allocated"]
    assert verdict == "Wrong: 2 balances; `hikiate verify --repair` sets right what can be."
    looked = hikiate("doctor")
    assert looked.code == 1
    assert "✗ Balances      2 differ from the records" in looked.out

    assert "All of these were set right" in hikiate.done("verify", "--repair")
    assert hikiate.done("verify") == "Every balance agrees with the records.\n"
    recorded = tables.execute("SELECT actor, subject, details FROM audit WHERE action = 'repair' ORDER BY subject")
    assert recorded.fetchall() == [
        ("local", "inventory/1", {"column": "allocated_quantity", "stored": "3000000", "recorded": "4000000"}),
        ("local", "order/1", {"column": "status", "stored": "open", "recorded": "allocated"}),
    ]


def test_a_lot_that_is_not_listed_as_available_is_named_and_listed(
    hikiate: Program, tables: psycopg.Connection
) -> None:
    """Or one that is, and has nothing: no run would find the one, and every run would read the other."""
    listed = tables.execute("SELECT item_code, receipt_date, inventory_id FROM available_lots").fetchall()
    assert listed
    tables.execute("DELETE FROM available_lots")
    tables.execute("INSERT INTO available_lots VALUES ('tea', '2026-01-01', 99)")
    found = hikiate("verify")
    assert found.code == 1
    wrong = [line.split()[-4:] for line in found.out.splitlines() if "available" in line]
    assert ["available", "listed", "not", "listed"] in wrong
    assert len(wrong) == len(listed) + 1
    hikiate.done("verify", "--repair")
    assert tables.execute("SELECT item_code, receipt_date, inventory_id FROM available_lots").fetchall() == listed


def test_a_lot_that_forgot_its_results_is_named_and_reminded(hikiate: Program, tables: psycopg.Connection) -> None:
    """Or keeps the wrong ones: lists of its results would leave some out."""
    tables.execute("UPDATE inventories SET results_after = NULL, results_until = NULL WHERE item_code = 'tea'")
    tables.execute("UPDATE inventories SET results_after = results_until WHERE item_code = 'rice'")
    found = hikiate("verify")
    assert found.code == 1
    wrong = [line.split()[1:] for line in found.out.splitlines() if "results" in line]
    assert wrong == [["1", "tea", "results", "1–0", "1–1"], ["2", "rice", "results", "3–2", "2–2"]], found.out
    hikiate.done("verify", "--repair")
    kept = tables.execute("SELECT id, results_after, results_until FROM inventories ORDER BY id")
    assert kept.fetchall() == [(1, 0, 1), (2, 1, 2)]


def test_a_line_that_was_given_more_than_it_asks_for_is_named(hikiate: Program, tables: psycopg.Connection) -> None:
    """Nobody can say which of its allocations is wrong, so it is not set right."""
    tables.execute("UPDATE order_lines SET quantity = quantity - 1 WHERE order_id = 1")
    found = hikiate("verify", "--repair")
    tables.execute("UPDATE order_lines SET quantity = quantity + 1 WHERE order_id = 1")
    assert found.code == 1
    assert any(line.split()[:2] == ["order-line", "1/1"] for line in found.out.splitlines()), found.out


def test_an_oversold_lot_is_never_hidden(hikiate: Program, tables: psycopg.Connection) -> None:
    tables.execute("UPDATE stock_movements SET quantity_change = 3000000 WHERE item_code = 'rice'")
    found = hikiate("verify", "--repair")
    assert found.code == 1
    assert "Oversold: 1 lot with more allocated than is on hand" in found.out
    tables.execute("UPDATE stock_movements SET quantity_change = 5000000 WHERE item_code = 'rice'")
    hikiate.done("verify", "--repair")
