"""Wrong usage: exit code 2 and one sentence, before anything is started."""

from pathlib import Path

import pytest
from program import Program

METHODS = "FIFO, LIFO, FEFO, CHEAPEST, DEAREST, LOCATION, FEWEST_LOTS, SPECIFIC, AVERAGE, TOTAL_AVERAGE, MOVING_AVERAGE"
NOWHERE = Program(Path("/nowhere"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("allocate --method BEST", f"'--method': there is no 'BEST'; there are {METHODS}."),
        ("allocate", "Missing option '--method'."),
        ("allocate --method FIFO --costing FREE", "there are LOT, AVERAGE, TOTAL_AVERAGE, MOVING_AVERAGE."),
        ("allocate --method FIFO --date 1.4.2026", "'--date': must be a date like 2026-04-01"),
        ("allocate --method FIFO --item A/B", "'--item': must not contain '/'"),
        ("compare --max-results 10001", "'--max-results'"),
        ("import orders nowhere.csv", "there is no file 'nowhere.csv'."),
        (f"import orders {__file__}", "name it .csv, .ndjson, .jsonl, or one of them with .gz."),
        ("import customers x.csv", "'customers' is not one of 'orders', 'inventories'."),
        ("import orders - --encoding klingon", "'--encoding': files in 'klingon' can't be read"),
        ("import orders - --encoding utf-16", "save the file as UTF-8."),
        ("export orders --output /dev/null", "'/dev/null' is no file."),
        ("serve --port 65536", "'--port'"),
        ("dance", "No such command 'dance'."),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: str, words: str) -> None:
    assert words in NOWHERE.sentence(2, *arguments.split())


def test_help_and_version_are_short() -> None:
    shown = NOWHERE.done("--help")
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert [name for name in ("demo", "serve", "allocate", "verify") if name not in shown] == []
    assert NOWHERE.done("--version").startswith("hikiate 0.")
