"""What a cold start must not load: counted in modules, since seconds are another number on every machine."""

import os
import subprocess
from pathlib import Path

import pytest
from functions import Runtime
from machines import CREDENTIALS

# Each was there once, or would be with one careless import: a tenth of a second, and more, for nothing.
_NEVER = {"alembic", "mako", "jwt", "cryptography", "uvicorn", "typer", "rich", "prometheus_client"}
_MOST_MODULES = {"main": 1_250, "allocation": 1_100}
_ENVIRONMENT = {
    "HIKIATE_DATABASE_SECRET_ARN": "none",
    "HIKIATE_DATABASE_HOST": "none",
    "HIKIATE_DATABASE_NAME": "none",
    "HIKIATE_QUEUE_URL": "https://none",
    "HIKIATE_UPLOADS_BUCKET": "none",
}


@pytest.mark.parametrize("function", sorted(_MOST_MODULES))
def test_a_cold_start_loads_no_more_than_it_needs(
    function: str, runtime: Runtime, tasks: dict[str, Path], opt: Path
) -> None:
    """Two modules of ours that load one another's heavy parts are found here, not in somebody's latency."""
    program = f"import sys, hikiate.handlers.{function}; print(*sys.modules, sep='\\n')"
    path = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{tasks[function]}:{opt}/python"}
    answer = subprocess.run(
        [runtime.python, "-c", program],
        env=path | CREDENTIALS | _ENVIRONMENT,
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = answer.stdout.split()
    assert {name.partition(".")[0] for name in loaded} & _NEVER == set()
    assert len(loaded) < _MOST_MODULES[function]
