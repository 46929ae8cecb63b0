"""The demonstration, twice."""

import json

from program import Program


def test_the_demonstration_can_be_repeated(hikiate: Program) -> None:
    shown = hikiate.done("demo").splitlines()
    assert all(len(line) <= 80 for line in shown), shown
    assert shown[0].startswith("Sample 1, of a wholesaler: ")
    rows = [line.split() for line in shown[6:17]]
    assert [row[0] for row in rows] == [
        *("FIFO", "LIFO", "FEFO", "CHEAPEST", "DEAREST", "LOCATION", "FEWEST_LOTS", "SPECIFIC"),
        *("AVERAGE", "TOTAL_AVERAGE", "MOVING_AVERAGE"),
    ]
    [verdict] = [line for line in shown if line.startswith("Run 1, by FEFO:")]
    assert 85 < float(verdict.split()[4]) < 99
    assert "  hikiate serve" in shown
    assert "  curl 'http://127.0.0.1:8000/allocation-runs/1/shortages?limit=3'" in shown

    assert hikiate.done("demo").startswith("Sample 1 is loaded already, so only what is open was allocated.\nRun 2,")
    made = json.loads(hikiate.done("demo", "--json"))
    assert (made["loaded"], made["orders"], made["methods"], made["run"]["allocated_quantity"]) == (False, 5000, [], 0)
    assert "holds orders or stock already" in hikiate.sentence(1, "demo", "--seed", 2)
