"""Data folders for the program."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from program import Program

from hikiate.local.postgres import EmbeddedPostgres


@pytest.fixture(scope="module")
def hikiate(module_folder: Path) -> Iterator[Program]:
    """The program with an empty database that the module's tests share, whose server is kept running."""
    program = Program(module_folder / "shared")
    with EmbeddedPostgres(program.folder):
        yield program


@pytest.fixture(scope="module")
def lonely(module_folder: Path) -> Program:
    """The program with a data folder that nothing uses but the program."""
    return Program(module_folder / "lonely")
