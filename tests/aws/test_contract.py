"""The API behind API Gateway answers as `hikiate serve` does."""

import httpx
from functions import Function
from gateway import PATHS, client_of, resource_of
from walk import STEPS, shown

OPERATIONS = {(method.upper(), path) for path, methods in PATHS.items() for method in methods}


def test_the_walk_passes_every_operation() -> None:
    walked = {(step.method, resource_of(step.path.partition("?")[0])[0]) for step in STEPS if step.status < 300}
    assert walked >= OPERATIONS


def test_answers_are_those_of_a_server_of_ones_own(main: Function, client: httpx.Client) -> None:
    """Statuses, headers and bodies of the whole walk, to the byte but for the time."""
    with client_of(main) as gateway:
        for number, step in enumerate(STEPS):
            here, there = step.ask(client, number), step.ask(gateway, number)
            assert here.status_code == step.status, f"{step}: {here.text}"
            assert shown(there) == shown(here), step
