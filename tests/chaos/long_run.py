"""A program that allocates everything that waits; the tests kill it, or its database, in the middle."""

import sys

from hikiate.database import Database
from hikiate.schemas import AllocationRequest
from hikiate.services.allocating import allocate
from hikiate.services.auditing import Actor
from hikiate.settings import Settings


def main() -> None:
    """Say when the run is about to begin, and when it is done."""
    database = Database(sys.argv[1])
    request = AllocationRequest.model_validate({"allocation_method": "FIFO", "max_results": 0})
    print("begin", flush=True)
    run = allocate(database, Settings(database_url=None), Actor("test"), request)
    print(f"done {run.allocated_quantity}", flush=True)


if __name__ == "__main__":
    main()
