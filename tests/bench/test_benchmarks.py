"""Every benchmark runs, at a tiny scale, says what it should, and fails when a fact is broken."""

import json
import shutil
from functools import partial
from pathlib import Path

import psycopg
import pytest
import typer

from bench.__main__ import BENCHMARKS, main
from bench.report import Bench, Contender, Report, alternate
from bench.server import TEMPORARY, product
from bench.workloads import load, spread


def run(name: str, postgres_url: str, results: Path) -> None:
    main([name], scale=0.002, repeat=1, seconds=1.0, url=postgres_url, folder=TEMPORARY, results=results)


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_says_how_each_way_did(
    name: str, postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if name == "http" and shutil.which("wrk") is None:
        with pytest.raises(typer.Exit) as exit_:
            run(name, postgres_url, tmp_path)
        assert exit_.value.exit_code == 1
        assert "sudo apt-get install wrk" in capsys.readouterr().out
        return

    run(name, postgres_url, tmp_path)

    report = json.loads((tmp_path / f"{name}.json").read_text())
    rows = {row["name"]: row for row in report["rows"]}
    assert len(rows) == len(report["rows"]) > 2
    for row in rows.values():
        assert row["median"]["rate"] > 0
        if "locks" in row["name"]:
            assert row["median"]["units_lost"] == 0
        assert [figures.keys() for figures in row["runs"]] == [row["median"].keys()]
        for kind in ("floor", "baseline"):
            if row[kind] is not None:
                ratio = row["median"]["rate"] / rows[row[kind]]["median"]["rate"]
                assert row[f"of_{kind}"] == pytest.approx(ratio)
    assert any(row["of_floor"] or row["of_baseline"] for row in rows.values())
    assert report["settings"]["fsync"] == report["settings"]["synchronous_commit"] == "on"
    assert report["machine"]["cores"] > 0
    assert report["versions"]["PostgreSQL"]
    assert report["measured"] == {"scale": 0.002, "repeat": 1, "seconds": 0.1}
    said = capsys.readouterr().out
    assert report["what"][:30] in said
    assert all(row in said for row in rows)


def test_a_broken_fact_fails(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def corrupt(bench: Bench) -> dict[str, float]:
        template = bench.server.template("small", product(partial(load, workload=spread(3, 0.001))))
        with bench.server.checked_copy(template) as url, psycopg.connect(url) as connection:
            connection.execute("UPDATE inventories SET allocated_quantity = 1 WHERE id = 7")
        return {"rate": 1.0}

    def corrupting(bench: Bench) -> Report:
        rows = alternate([Contender("corrupts", partial(corrupt, bench))], bench.repeat)
        return Report("corrupting", "a lot is changed behind the records", "orders/s", rows)

    monkeypatch.setitem(BENCHMARKS, "corrupting", corrupting)
    with pytest.raises(typer.Exit) as exit_:
        run("corrupting", postgres_url, tmp_path)
    assert exit_.value.exit_code == 1
    said = capsys.readouterr().out
    assert "a fact is broken" in said
    assert "id=7" in said
    assert list(tmp_path.iterdir()) == []
