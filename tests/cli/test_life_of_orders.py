"""An order's whole life from a terminal."""

import json

import pytest
from program import Program

from hikiate.schemas import AllocationResultResponse, InventoryResponse, OrderResponse


@pytest.fixture(scope="module")
def lived(hikiate: Program) -> Program:
    """A lot of ten, and an order of 4 and 2.5 of it that holds both."""
    hikiate.done("receive", "TEA", 10, "--price", "100.5", "--date", "2026-01-05", "--lot", "L1", "--reference", "R1")
    hikiate.done("order", "TEA=4", "TEA=2.5", "--customer", "Komorebi", "--priority", -1)
    hikiate.done("allocate", "--method", "FIFO")
    return hikiate


def test_an_order_is_shipped_released_and_cancelled_in_parts(lived: Program) -> None:
    shipped = OrderResponse.model_validate_json(lived.done("ship", 1, "--line", "1=3", "--json"))
    assert [(line.allocated_quantity, line.shipped_quantity) for line in shipped.lines] == [(1, 3), (2.5, 0)]
    released = OrderResponse.model_validate_json(lived.done("release", 1, "--line", 2, "--json"))
    assert (released.status.value, released.lines[1].open_quantity) == ("partially_allocated", 2.5)
    part = AllocationResultResponse.model_validate_json(
        lived.done("release", "--result", 1, "--quantity", "0.5", "--json")
    )
    assert (part.allocated_quantity, part.status.value) == (0.5, "allocated")
    assert "0.5" in lived.done("release", "--result", 1)
    assert "cancelled" in lived.done("cancel", 1)


def test_a_lot_is_held_and_adjusted(lived: Program) -> None:
    held = InventoryResponse.model_validate_json(lived.done("hold", 1, "--json"))
    assert held.held
    assert "held" not in lived.done("hold", 1, "--off")
    before = json.loads(lived.done("hold", 1, "--off", "--json"))["quantity"]
    assert json.loads(lived.done("adjust", 1, "--by", -1, "--reason", "broken", "--json"))["quantity"] == before - 1


@pytest.mark.parametrize(
    ("code", "arguments", "words"),
    [
        (2, ("ship",), "name an order"),
        (2, ("ship", 1, "--result", 1), "name an order"),
        (2, ("ship", "--result", 1, "--line", 1), "--quantity"),
        (2, ("release", 1, "--quantity", 1), "--line"),
        (2, ("order", "TEA"), "TEA-1KG=12"),
        (2, ("order", "TEA=-1"), "greater than 0"),
        (2, ("receive", "TEA", "many", "--price", 1), "number"),
        (1, ("cancel", 99), "no order 99"),
        (1, ("hold", 99), "no inventory 99"),
        (1, ("ship", "--result", 99), "no allocation result 99"),
        (1, ("adjust", 1, "--by", -100, "--reason", "x"), "would be on hand"),
        (1, ("receive", "TEA", 1, "--price", 1, "--reference", "R1"), "received already"),
    ],
)
def test_what_cannot_be_is_one_sentence(lived: Program, code: int, arguments: tuple[object, ...], words: str) -> None:
    assert words in lived.sentence(code, *arguments)
