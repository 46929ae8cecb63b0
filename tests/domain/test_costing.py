"""Averages over months, residues, shares of an amount, and exact decimals."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikiate.domain.costing import (
    Month,
    MonthAverage,
    month_of,
    share_of_amount,
    split_by_largest_remainder,
    total_averages,
)
from hikiate.domain.decimals import (
    AVERAGE_PLACES,
    COST_SCALE,
    SCALE,
    Currency,
    RoundingMode,
    decimal_places,
    divide_rounded,
    to_decimal,
    to_scaled,
)
from hikiate.domain.stock import blended

HALF_UP, HALF_EVEN, DOWN = RoundingMode.HALF_UP, RoundingMode.HALF_EVEN, RoundingMode.DOWN
MARCH, APRIL, MAY, JUNE = (date(2024, month, 1) for month in (3, 4, 5, 6))
CENTS = Currency()
amounts = st.integers(0, 10**12)
currencies = st.builds(Currency, st.integers(0, 4), st.sampled_from(RoundingMode))


def month(*receipts: tuple[int, int], adjusted: int = 0, allocated: int = 0) -> Month:
    """A month of receipts, each a quantity at a price, in whole units."""
    received = sum(quantity for quantity, _ in receipts)
    value = sum(quantity * price for quantity, price in receipts)
    return Month(received * SCALE, value * COST_SCALE, adjusted * SCALE, allocated * SCALE)


def told(answer: MonthAverage) -> tuple[int, Fraction | None]:
    """Opening and average in whole units."""
    return answer.opening // SCALE, None if answer.average is None else answer.average / SCALE


def average(months: dict[date, Month], wanted: date) -> tuple[int, Fraction | None]:
    return told(total_averages(months, [wanted])[wanted])


# The periodic average of a month


def test_the_average_of_the_first_month_is_that_of_its_receipts() -> None:
    assert average({MAY: month((3, 10), (5, 12))}, MAY) == (0, Fraction("11.25"))


def test_what_is_left_of_a_month_opens_the_next_at_its_average() -> None:
    months = {APRIL: month((4, 10), (4, 20), allocated=6), MAY: month((8, 30))}
    assert average(months, APRIL) == (0, 15)
    assert average(months, MAY) == (2, Fraction(2 * 15 + 8 * 30, 10))


def test_averages_carry_over_several_months() -> None:
    months = {
        MARCH: month((10, 10)),
        APRIL: month((10, 20), allocated=5),
        MAY: month((5, 40), allocated=20),
        JUNE: month((1, 1)),
    }
    assert average(months, APRIL) == (10, 15)
    assert average(months, MAY) == (15, Fraction(15 * 15 + 5 * 40, 20))
    assert average(months, JUNE) == (0, 1)


def test_allocations_of_the_month_itself_do_not_count() -> None:
    assert average({MAY: month((2, 10), allocated=2)}, MAY) == average({MAY: month((2, 10))}, MAY)


def test_adjustments_count_from_the_next_month_on() -> None:
    months = {APRIL: month((4, 10), adjusted=-2), MAY: month((2, 20), adjusted=7)}
    assert average(months, APRIL) == (0, 10)
    assert average(months, MAY) == (2, 15)
    assert average(months, JUNE) == (11, 15)


def test_a_month_without_receipts_keeps_the_average_before() -> None:
    assert average({MARCH: month((4, 10), allocated=1)}, MAY) == (3, 10)
    assert average({MARCH: month((4, 10)), APRIL: month(adjusted=5, allocated=9)}, MAY) == (0, 10)


def test_an_item_never_received_has_no_average() -> None:
    assert average({}, MAY) == (0, None)
    assert average({APRIL: month(adjusted=3)}, MAY) == (3, None)


def test_a_month_before_the_first_receipt_has_no_average() -> None:
    assert average({MAY: month((4, 10))}, APRIL) == (0, None)


def test_a_receipt_entered_late_changes_the_months_from_its_own_on() -> None:
    before = {APRIL: month((4, 10)), MAY: month((4, 30))}
    after = before | {APRIL: month((4, 10), (4, 40))}
    assert average(before, MAY) == (4, 20)
    assert average(after, APRIL) == (0, 25)
    assert average(after, MAY) == (8, Fraction(8 * 25 + 4 * 30, 12))


def test_a_receipt_of_nothing_moves_no_average() -> None:
    assert average({APRIL: month((4, 10)), MAY: month((0, 99))}, MAY) == (4, 10)


def test_free_goods_lower_the_average() -> None:
    assert average({APRIL: month((4, 10)), MAY: month((4, 0))}, MAY) == (4, 5)


def test_when_all_was_allocated_before_it_came_only_the_receipts_say_the_price() -> None:
    assert average({APRIL: month((2, 10), allocated=6), MAY: month((3, 20))}, MAY) == (-4, 20)


def test_what_was_allocated_before_it_came_counts_against_what_comes() -> None:
    assert average({APRIL: month((2, 10), allocated=4), MAY: month((6, 20))}, MAY) == (-2, 25)


def test_several_months_are_answered_at_once_and_only_those_asked_for() -> None:
    months = {APRIL: month((4, 10)), MAY: month((4, 30))}
    answers = total_averages(months, [JUNE, APRIL])
    assert {first: told(answer) for first, answer in answers.items()} == {APRIL: (0, 10), JUNE: (8, 20)}


def test_the_average_is_an_exact_fraction() -> None:
    assert average({MAY: month((1, 1), (2, 0))}, MAY) == (0, Fraction(1, 3))


def test_a_month_begins_on_its_first_day() -> None:
    assert month_of(date(2024, 2, 29)) == date(2024, 2, 1)


# The moving average


@pytest.mark.parametrize(
    ("before", "quantity", "joining", "price", "after"),
    [
        ("25", 2, 3, "28", "26.8"),
        (None, 0, 3, "28", "28"),
        (None, 5, 3, "28", "28"),
        ("25", 0, 3, "28", "28"),
        ("25", 2, 0, "28", "25"),
        (None, 2, 0, "28", None),
        ("0", 2, 1, "1", "0.333333333333"),
        ("0", 1, 2, "1", "0.666666666667"),
        ("0", 1, 1, "0.000000000001", "0.000000000001"),
        ("0", 2, 1, "0.000000000001", "0"),
    ],
)
def test_joining_units_move_the_average(
    before: str | None, quantity: int, joining: int, price: str, after: str | None
) -> None:
    def scaled(text: str | None) -> int | None:
        return None if text is None else to_scaled(Decimal(text), AVERAGE_PLACES)

    assert blended(scaled(before), quantity * SCALE, joining * SCALE, scaled(price) or 0) == scaled(after)


# Residues and shares


@pytest.mark.parametrize(
    ("costs", "currency", "parts"),
    [
        (["85.333333", "42.666667"], CENTS, [8533, 4267]),
        (["0.333333", "0.333333", "0.333334"], CENTS, [33, 33, 34]),
        (["0.005", "0.005"], CENTS, [1, 0]),
        (["0.004", "0.004", "0.004"], CENTS, [1, 0, 0]),
        (["0.006", "0.006"], Currency(2, DOWN), [1, 0]),
        (["0.005"], Currency(2, HALF_EVEN), [0]),
        (["0.015"], Currency(2, HALF_EVEN), [2]),
        (["0.4", "0.6", "0.6"], Currency(0), [0, 1, 1]),
        (["0.3", "0.9", "0.3"], Currency(0), [1, 1, 0]),
        (["1.23456"], Currency(4), [12346]),
        (["7"], CENTS, [700]),
        ([], CENTS, []),
    ],
)
def test_the_residue_goes_to_the_largest_remainders(costs: list[str], currency: Currency, parts: list[int]) -> None:
    assert split_by_largest_remainder([Fraction(cost) * COST_SCALE for cost in costs], currency) == parts


@given(st.lists(st.fractions(0, 10**15), max_size=6), currencies)
def test_the_parts_sum_to_the_whole_rounded_once_and_each_is_off_by_less_than_one(
    costs: list[Fraction], currency: Currency
) -> None:
    parts = split_by_largest_remainder(costs, currency)
    whole = sum(costs, Fraction(0))
    assert sum(parts) == currency.round(whole.numerator, whole.denominator)
    smallest = Fraction(COST_SCALE, 10**currency.places)
    assert all(abs(part - cost / smallest) < 1 for part, cost in zip(parts, costs, strict=True))


@pytest.mark.parametrize(
    ("amount", "quantity", "of_quantity", "mode", "share"),
    [
        (1000, 4, 10, HALF_UP, 400),
        (100, 1, 3, HALF_UP, 33),
        (200, 1, 3, HALF_UP, 67),
        (200, 1, 3, DOWN, 66),
        (5, 1, 2, HALF_UP, 3),
        (5, 1, 2, HALF_EVEN, 2),
        (7, 1, 2, HALF_EVEN, 4),
        (5, 2, 2, DOWN, 5),
        (5, 0, 2, HALF_UP, 0),
    ],
)
def test_a_part_of_a_row_carries_its_share_of_the_amount(
    amount: int, quantity: int, of_quantity: int, mode: RoundingMode, share: int
) -> None:
    assert share_of_amount(amount, quantity * SCALE, of_quantity * SCALE, Currency(2, mode)) == share


@given(amounts, st.integers(1, 10**9), st.integers(1, 10**9), currencies)
def test_a_part_never_carries_more_than_the_whole(amount: int, part: int, rest: int, currency: Currency) -> None:
    assert 0 <= share_of_amount(amount, part, part + rest, currency) <= amount


# Decimals


@pytest.mark.parametrize(
    ("numerator", "denominator", "half_up", "half_even", "down"),
    [
        (0, 1, 0, 0, 0),
        (1, 2, 1, 0, 0),
        (3, 2, 2, 2, 1),
        (5, 2, 3, 2, 2),
        (4, 3, 1, 1, 1),
        (5, 3, 2, 2, 1),
        (6, 3, 2, 2, 2),
        (10**30 + 1, 2, 5 * 10**29 + 1, 5 * 10**29, 5 * 10**29),
    ],
)
def test_a_quotient_is_rounded_as_told(
    numerator: int, denominator: int, half_up: int, half_even: int, down: int
) -> None:
    assert divide_rounded(numerator, denominator) == half_up
    assert divide_rounded(numerator, denominator, HALF_UP) == half_up
    assert divide_rounded(numerator, denominator, HALF_EVEN) == half_even
    assert divide_rounded(numerator, denominator, DOWN) == down


@pytest.mark.parametrize(
    ("cost", "currency", "rounded"),
    [
        ("78.75", CENTS, 7875),
        ("0.125", CENTS, 13),
        ("0.125", Currency(2, HALF_EVEN), 12),
        ("0.129", Currency(2, DOWN), 12),
        ("0.5", Currency(0), 1),
        ("0.5", Currency(0, HALF_EVEN), 0),
        ("0.00005", Currency(4), 1),
        ("999999999999999999999999.995", CENTS, 10**26),
    ],
)
def test_a_cost_is_rounded_to_the_currency(cost: str, currency: Currency, rounded: int) -> None:
    assert currency.round(int(Fraction(cost) * COST_SCALE)) == rounded


@pytest.mark.parametrize(
    ("text", "places", "scaled", "shown"),
    [
        ("10", 6, 10_000_000, "10"),
        ("10.500", 6, 10_500_000, "10.5"),
        ("1E+3", 6, 1_000_000_000, "1000"),
        ("0.000001", 6, 1, "0.000001"),
        ("0", 6, 0, "0"),
        ("-0.5", 6, -500_000, "-0.5"),
        ("999999999999.999999", 6, 10**18 - 1, "999999999999.999999"),
        ("26.8", 12, 26_800_000_000_000, "26.8"),
        ("0.000000000001", 12, 1, "0.000000000001"),
        ("12.34", 2, 1234, "12.34"),
        ("100", 0, 100, "100"),
    ],
)
def test_a_decimal_goes_in_and_comes_out_in_its_shortest_form(text: str, places: int, scaled: int, shown: str) -> None:
    assert to_scaled(Decimal(text), places) == scaled
    assert f"{to_decimal(scaled, places):f}" == shown
    assert to_decimal(scaled, places) == Decimal(text)


@given(st.integers(-(10**24), 10**24), st.integers(0, 12))
def test_what_comes_out_goes_in_again_and_never_has_an_exponent_above_zero(scaled: int, places: int) -> None:
    decimal = to_decimal(scaled, places)
    assert to_scaled(decimal, places) == scaled
    exponent = decimal.as_tuple().exponent
    assert isinstance(exponent, int)
    assert -places <= exponent <= 0


@pytest.mark.parametrize(("text", "places"), [("0.0000001", 6), ("1.0000005", 6), ("0.5", 0), ("1e-13", 12)])
def test_a_decimal_with_too_many_places_is_refused(text: str, places: int) -> None:
    with pytest.raises(ValueError, match="more than"):
        to_scaled(Decimal(text), places)


@pytest.mark.parametrize(
    ("text", "places"), [("0", 0), ("7", 0), ("10", 0), ("0.5", 1), ("1.25", 2), ("3106.4", 1), ("0.000001", 6)]
)
def test_the_places_a_quantity_uses_are_counted(text: str, places: int) -> None:
    assert decimal_places(to_scaled(Decimal(text))) == places
