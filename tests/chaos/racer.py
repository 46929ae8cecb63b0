"""One of several programs that allocate the same lots at once: 16 threads, for so many seconds."""

import random
import sys
import threading
import time

from hikiate.database import Database
from hikiate.schemas import AllocationRequest, OrderRequest
from hikiate.services.allocating import allocate, checked
from hikiate.services.auditing import Actor
from hikiate.services.ordering import create
from hikiate.services.together import Asked, Together
from hikiate.settings import Settings

THREADS = 16
ACTOR = Actor("racer")


SETTINGS = Settings(database_url=None)


def race(database: Database, together: Together, seed: int, until: float, errors: list[str]) -> None:
    """Take orders of a few of the items, in any order of lines, and allocate each, with others or alone."""
    settings = SETTINGS
    chance = random.Random(seed)
    while time.monotonic() < until:
        items = chance.sample(["A", "B", "C", "D", "E"], chance.randint(1, 3))
        order = OrderRequest.model_validate(
            {
                "fulfilment": chance.choice(["partial", "complete"]),
                "lines": [{"item_code": item, "quantity": chance.randint(1, 5)} for item in items],
            }
        )
        try:
            order_id = database.transact(lambda connection, order=order: create(connection, settings, ACTOR, order)).id
            request = AllocationRequest.model_validate({"allocation_method": "FIFO", "order_ids": [order_id]})
            if seed % 4:
                together.ask(Asked(ACTOR, checked(settings, request)))
            else:
                allocate(database, settings, ACTOR, request)
        except Exception as error:  # whatever reaches a client is what the test asks about
            errors.append(repr(error))


def main() -> None:
    """Race, and print what reached a client."""
    url, seed, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    database = Database(url, pool_size=THREADS)
    together = Together(database, SETTINGS)
    errors: list[str] = []
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=race, args=(database, together, seed * THREADS + place, until, errors))
        for place in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    print("\n".join(errors))
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
