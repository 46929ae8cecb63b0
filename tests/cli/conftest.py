"""Data folders for the program."""

from collections.abc import Iterator

import pytest
from program import Program

from hikiate.local.postgres import EmbeddedPostgres


@pytest.fixture(scope="module")
def hikiate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program with an empty database that the module's tests share, whose server is kept running."""
    program = Program(tmp_path_factory.mktemp("hikiate") / "data")
    with EmbeddedPostgres(program.folder):
        yield program


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program with a data folder that nothing uses but the program."""
    return Program(tmp_path_factory.mktemp("lonely") / "data")
