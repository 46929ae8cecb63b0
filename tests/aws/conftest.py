"""Functions as AWS runs them, on a PostgreSQL with TLS and an emulator of the services around them."""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from building import LAYERS, TARGET, build
from functions import Function, Runtime, make_python, running, unpack
from machines import ROOT, Postgres, aws, emulator_of_runtime, postgres
from services import PASSWORD, Services, client_of, close

from emptying import empty
from facts import check_facts
from hikiate.database import Database


@pytest.fixture(scope="session", autouse=True)
def _clients() -> Iterator[None]:
    """Leave no connection open."""
    yield
    close()


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str, Callable[[Path], Any]], Path]:
    """Make a folder that all workers of the session share; the first who asks for it makes it."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "aws"
    shared.mkdir(exist_ok=True)

    def folder(name: str, make: Callable[[Path], Any]) -> Path:
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (shared / f"{name}.made").exists():
                make(shared / name)
                (shared / f"{name}.made").touch()
        return shared / name

    return folder


@pytest.fixture(scope="session")
def zips(once: Callable[..., Path]) -> Path:
    """The five zips for this machine: those that a pipeline has built, if they are for it, or new ones."""
    if given := os.environ.get("HIKIATE_DIST"):
        built = Path(given).absolute() / "aws"
        if json.loads((built / "target.json").read_text()) == TARGET:
            return built
    return once("zips", build)


@pytest.fixture(scope="session")
def opt(zips: Path, once: Callable[..., Path]) -> Path:
    """What a function sees at /opt: the three layers."""
    return once("opt", lambda folder: unpack(zips, LAYERS, folder))


@pytest.fixture(scope="session")
def tasks(zips: Path, once: Callable[..., Path]) -> dict[str, Path]:
    """What each function sees at /var/task."""
    return {name: once(name, lambda folder, name=name: unpack(zips, [name], folder)) for name in ("main", "allocation")}


@pytest.fixture(scope="session")
def runtime(once: Callable[..., Path]) -> Runtime:
    """Lambda's Python, and AWS's runtime interface emulator."""
    return Runtime(
        once("python", make_python) / "bin" / "python", emulator_of_runtime(once("rie", emulator_of_runtime))
    )


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """A PostgreSQL with TLS; not under pytest's folder, which its user may not enter."""
    folder = Path(tempfile.gettempdir()) / f"hikiate-tests-{uuid4().hex}"
    folder.mkdir()
    try:
        with postgres(folder) as running:
            running.create("hikiate", PASSWORD)
            yield running
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The services around the functions."""
    tools = ROOT / "infra" / ".venv" / "bin" / "python"
    if not tools.exists():
        subprocess.run(["make", "--directory", ROOT, "infra/.venv/.ready"], check=True)
    with aws(tools, tmp_path_factory.mktemp("services")) as url:
        text = json.dumps({"username": "hikiate", "password": PASSWORD})
        secret = client_of(url, "secretsmanager").create_secret(Name="database", SecretString=text)["ARN"]
        queue = client_of(url, "sqs").create_queue(QueueName="runs")["QueueUrl"]
        client_of(url, "s3").create_bucket(Bucket="uploads")
        yield Services(url, secret, queue, "uploads")


@pytest.fixture(scope="session")
def environment(server: Postgres, services: Services) -> dict[str, str]:
    """What the templates would give the functions."""
    return {
        "AWS_ENDPOINT_URL": services.url,
        "HIKIATE_DATABASE_SECRET_ARN": services.secret,
        "HIKIATE_DATABASE_HOST": "localhost",
        "HIKIATE_DATABASE_PORT": str(server.port),
        "HIKIATE_DATABASE_NAME": "hikiate",
        "HIKIATE_DATABASE_CA_FILE": str(server.authorities),
        "HIKIATE_QUEUE_URL": services.queue,
        "HIKIATE_UPLOADS_BUCKET": services.bucket,
    }


Run = Callable[..., Any]


@pytest.fixture(scope="session")
def run(
    runtime: Runtime,
    tasks: dict[str, Path],
    opt: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """Run a handler of a function's zip, with its layers, until the end of a block."""
    folder = tmp_path_factory.mktemp("functions")
    shutil.copy(Path(__file__).with_name("invoked.py"), folder)

    def start(zipped: str, handler: str, seconds: int = 60, opt: Path = opt, **more: str) -> Any:
        task, said = tasks[zipped], environment | more
        return running(runtime, handler, task, opt, folder, seconds, **said)

    return start


@pytest.fixture(scope="session")
def migrated(run: Run) -> str:
    """The version of the schema, which the migration function has made."""
    with run("allocation", "hikiate.handlers.migration.handler") as migrate:
        return str(migrate({})["revision"])


@pytest.fixture(scope="session")
def stock(server: Postgres, migrated: str) -> Iterator[Database]:
    """The functions' database, as a test looks into it."""
    assert migrated
    database = Database(
        f"postgresql://owner:owner@localhost:{server.port}/hikiate",
        arguments={"sslmode": "verify-full", "sslrootcert": str(server.authorities)},
    )
    yield database
    database.close()


@pytest.fixture(scope="session")
def _main(run: Run, stock: Database) -> Iterator[Function]:
    with run("main", "hikiate.handlers.main.handler") as function:
        yield function


@pytest.fixture(scope="session")
def _allocation(run: Run, stock: Database) -> Iterator[Function]:
    with run("allocation", "hikiate.handlers.allocation.handler") as function:
        yield function


@pytest.fixture
def emptied(stock: Database, services: Services) -> Iterator[Database]:
    """The functions' database, empty; the three facts are checked when the test is done."""
    empty(stock)
    services.messages()
    yield stock
    check_facts(stock)


@pytest.fixture
def main(_main: Function, emptied: Database) -> Function:
    """The Main function, warm, on an empty database."""
    return _main


@pytest.fixture
def allocation(_allocation: Function, emptied: Database) -> Function:
    """The Allocation function, warm, on an empty database."""
    return _allocation
