"""What is refused: exit code 1 and one sentence that says what to do."""

import signal
import socket
import subprocess
from pathlib import Path

import psycopg
import pytest
from program import Program
from sqlalchemy.engine import make_url

NOWHERE = Program(Path("/nowhere"))


@pytest.fixture(scope="module")
def scratch_url(postgres_url: str, worker_id: str) -> str:
    """The URL of a database without a schema, of a user with a password."""
    name = f"scratch_{worker_id}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    return make_url(postgres_url).set(database=name, password="s3cret").render_as_string(hide_password=False)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HIKIATE_TIME_ZONE", "Asia/Tokio", "'Asia/Tokio' is no time zone; use a name like Asia/Tokyo."),
        ("HIKIATE_ROUNDING", "UP", "can't be 'UP': it must be 'HALF_UP', 'HALF_EVEN' or 'DOWN'."),
        ("HIKIATE_TIMEZONE", "UTC", "There is no setting HIKIATE_TIMEZONE; unset it, or write HIKIATE_TIME_ZONE."),
    ],
)
def test_a_mistyped_setting_is_named(name: str, value: str, sentence: str) -> None:
    said = NOWHERE.sentence(1, "verify", stdin=b"", **{name: value})
    assert name in said
    assert said.endswith(sentence)


def test_a_data_folder_that_cant_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = Program(tmp_path / "file" / "data").sentence(1, "runs")
    assert str(tmp_path / "file" / "data") in said
    assert "choose another folder" in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (
            "postgresql://me:s3cret@127.0.0.1:1/stock",
            "postgresql://me@127.0.0.1:1/stock can't be used (Connection refu",
        ),
        ("postgresql://me:s3cret@127.0.0.1:port/stock", "postgresql://user:password@host:5432/name"),
        ("s3cret", "postgresql://user:password@host:5432/name"),
        ("mysql://me:s3cret@127.0.0.1/stock", "runs on PostgreSQL only"),
    ],
)
def test_a_wrong_database_url_is_explained_without_its_password(url: str, words: str) -> None:
    said = NOWHERE.sentence(1, "runs", DATABASE_URL=url)
    assert words in said
    assert "s3cret" not in said


def test_a_database_without_schema_is_migrated_only_by_migrate(scratch_url: str) -> None:
    assert "run `hikiate migrate`" in NOWHERE.sentence(1, "runs", DATABASE_URL=scratch_url)
    looked = NOWHERE("doctor", DATABASE_URL=scratch_url)
    assert looked.code == 1
    assert "✗ Schema        The database has no hikiate schema yet; run `hikiate migrate` first." in looked.out
    assert "s3cret" not in looked.out
    assert "The database has schema" in NOWHERE.done("migrate", DATABASE_URL=scratch_url)
    assert "already" in NOWHERE.done("migrate", DATABASE_URL=scratch_url)
    assert NOWHERE.sentence(2, "migrate", "--to", "then", DATABASE_URL=scratch_url).endswith(
        "there is no schema 'then'."
    )
    with psycopg.connect(scratch_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "use the newer hikiate that made it." in NOWHERE.sentence(1, "verify", DATABASE_URL=scratch_url)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_serve_refuses_others_as_long_as_no_token_is_checked(host: str) -> None:
    assert "HIKIATE_ISSUER" in NOWHERE.sentence(1, "serve", "--host", host)


def test_serve_says_when_its_port_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = NOWHERE.sentence(1, "serve", "--port", port)
    assert said == f"Port {port} is in use; choose another with --port, or 0 for any free one."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "the file is empty; its first row must name the columns reference, item_code, quantity."),
        (b"reference,item_code,quantity,colour\nA,x,1,red\n", "there is no column 'colour'"),
        (b"reference,item_code,quantity,quantity\nA,x,1,1\n", "the column 'quantity' stands twice"),
        (b"reference,item_code,quantity\nA,\x8f\x9d,1\n", "row 2 is not UTF-8 (byte 8F)"),
        (b"\x1f\x8b\x08\x00broken", "is no whole gzip file"),
    ],
)
def test_a_file_that_cant_be_read_says_why(hikiate: Program, text: bytes, words: str) -> None:
    said = hikiate.sentence(1, "import", "orders", "-", stdin=text)
    assert said.startswith("Nothing was imported")
    assert words in said


def test_bad_rows_are_shown_as_a_table(hikiate: Program, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("reference,item_code,quantity\nA,x,0\nB,\x1b[31mred,1\nC,x,1\n")
    ended = hikiate("import", "orders", file)
    assert (ended.code, ended.out) == (1, "")
    assert "\x1b" not in ended.err
    heading, _, first, second, verdict = ended.err.splitlines()
    assert heading.split() == ["Row", "Column", "Value", "Message"]
    assert first.split() == ["2", "quantity", "0", *["must", "be", "greater", "than", "0"]]
    assert second.split()[:3] == ["3", "item_code", "�[31mred"]
    assert (
        verdict
        == f"Nothing was imported from {file}: 2 rows are bad; put that right, or take the others with --on-error skip."
    )


def test_unknown_orders_and_runs_are_named(hikiate: Program) -> None:
    said = hikiate.sentence(1, "allocate", "--method", "FIFO", "--order", 7, "--order", 8)
    assert said == "There is no order 7; there is no order 8."
    assert hikiate.sentence(1, "runs", 9) == "There is no allocation run 9."


def test_an_output_that_cant_be_written_is_named(hikiate: Program, tmp_path: Path) -> None:
    output = tmp_path / "missing" / "orders.csv"
    said = hikiate.sentence(1, "export", "orders", "--output", output)
    assert said == f"{output} can't be written: No such file or directory."


def test_the_demonstration_mixes_with_nobodys_stock(hikiate: Program) -> None:
    lot = b'{"item_code": "x", "quantity": 1, "receipt_date": "2026-01-01", "unit_price": 1}'
    assert hikiate.done("import", "inventories", "-", stdin=lot) == "1 row imported from the input.\n"
    assert "holds orders or stock already" in hikiate.sentence(1, "demo")


def test_control_c_is_quiet(hikiate: Program) -> None:
    importing = hikiate.start(
        "import", "orders", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert importing.stdin is not None
    # More than a pipe holds: when it is written, the program is reading.
    importing.stdin.write(b" " * 200_000)
    importing.send_signal(signal.SIGINT)
    assert importing.communicate(timeout=30) == (b"", b"")
    assert importing.returncode == 130
