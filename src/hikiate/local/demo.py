"""A demonstration: the sample's orders and stock in an empty database, what each method would cost, and a run."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from hikiate.database import Database
from hikiate.domain.errors import Conflict
from hikiate.domain.methods import Method
from hikiate.local import sample
from hikiate.repository.contents import contents, sample_seed
from hikiate.schemas import AllocationRequest, AllocationRunResponse, CompareRequest, ImportKind, OnError
from hikiate.services import allocating
from hikiate.services.auditing import Actor
from hikiate.services.files import FileFormat
from hikiate.services.importing import import_file
from hikiate.settings import Settings

METHOD = Method.FEFO
_ACTION = "demo"


class Demonstration(NamedTuple):
    """What was loaded and what came of it."""

    seed: int
    loaded: bool
    """Whether the sample was loaded now; else it was there before."""
    inventories: int
    orders: int
    lines: int
    methods: list[AllocationRunResponse]
    """What each method would have given from the fresh sample; none when it was there before."""
    run: AllocationRunResponse


def demonstrate(
    database: Database, settings: Settings, actor: Actor, seed: int, tell: Callable[[str], None] = lambda what: None
) -> Demonstration:
    """Load the sample of a seed, compare the methods on it, and allocate what is open.

    Raises:
        Conflict: the database holds something else already.
    """
    tell("Loading the sample")
    loaded = database.transact(partial(_load, settings=settings, actor=actor, seed=seed))
    methods = []
    if loaded:
        tell("Comparing the methods")
        request = CompareRequest(allocation_methods=list(Method), max_results=0)
        methods = allocating.compare(database, settings, allocating.each_method(request))
    tell("Allocating")
    run = allocating.allocate(database, settings, actor, AllocationRequest(allocation_method=METHOD))
    inventories, orders, lines = database.read(contents)
    return Demonstration(seed, loaded, inventories, orders, lines, methods, run)


def _load(connection: Connection, settings: Settings, actor: Actor, seed: int) -> bool:
    """Load the sample unless it is there, all in one transaction; return whether it was loaded."""
    found = sample_seed(connection, _ACTION)
    if found == seed:
        return False
    if found is not None or any(contents(connection)):
        raise Conflict(
            "The database holds orders or stock already, and the demonstration mixes with nobody's; give it an empty"
            " database by DATABASE_URL, or a folder of its own by HIKIATE_DATA_DIR."
        )
    actor.record(connection, _ACTION, "sample", seed=seed)
    today = settings.today()
    _import(
        connection,
        settings,
        actor,
        ImportKind.INVENTORIES,
        sample.INVENTORY_COLUMNS,
        sample.sample_inventories(seed, today),
    )
    _import(connection, settings, actor, ImportKind.ORDERS, sample.ORDER_COLUMNS, sample.sample_orders(seed, today))
    return True


def _import(
    connection: Connection,
    settings: Settings,
    actor: Actor,
    kind: ImportKind,
    columns: Sequence[str],
    rows: Iterable[dict[str, str]],
) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    source = io.BytesIO(text.getvalue().encode())
    outcome = import_file(connection, settings, actor, kind, source, FileFormat.CSV, OnError.REFUSE, dry_run=False)
    if outcome.refused:
        raise AssertionError(f"the sample has a bad row: {outcome.report.errors[0]}")
