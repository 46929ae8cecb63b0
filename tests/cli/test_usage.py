"""Wrong usage: exit code 2 and one sentence, before anything is started."""

from pathlib import Path

import pytest

from program import Program

METHODS = (
    "FIFO, LIFO, FEFO, CHEAPEST, DEAREST, LOCATION, FEWEST_LOTS, SPECIFIC, AVERAGE, TOTAL_AVERAGE, MOVING_AVERAGE"
)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["allocate", "--method", "BEST"], f"'--method': there is no 'BEST'; there are {METHODS}."),
        (["allocate"], "Missing option '--method'."),
        (["allocate", "--method", "FIFO", "--costing", "FREE"], "LOT, AVERAGE, TOTAL_AVERAGE, MOVING_AVERAGE"),
        (["allocate", "--method", "FIFO", "--date", "1.4.2026"], "'--date': must be a date like 2026-04-01"),
        (["allocate", "--method", "FIFO", "--item", "A/B"], "'--item': must not contain '/'"),
        (["compare", "--max-results", "10001"], "'--max-results'"),
        (["import", "orders", "nowhere.csv"], "there is no file 'nowhere.csv'."),
        (["import", "orders", __file__], "name it .csv, .ndjson, .jsonl, or one of them with .gz."),
        (["import", "customers", "x.csv"], "'customers' is not one of 'orders', 'inventories'."),
        (["import", "orders", "-", "--encoding", "utf-16"], "save the file as UTF-8."),
        (["export", "orders", "--output", "/dev/null"], "'/dev/null' is no file."),
        (["serve", "--port", "65536"], "'--port'"),
        (["runs", "first"], "[ID]"),
        (["dance"], "No such command 'dance'."),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_sentence(arguments: list[str], words: str) -> None:
    assert words in Program(Path("/nowhere")).sentence(2, *arguments)
