"""The queue of runs that wait for the Allocation function."""

import json
from functools import cached_property
from typing import Any

import boto3


class RunQueue:
    """Sends messages like `{"run_id": 12}`."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _client(self) -> Any:
        # On first use: a client takes as long to make as a fifth of all that is loaded at a cold start.
        return boto3.client("sqs")

    def send(self, run_id: int) -> None:
        """Ask for a run to be served, from its beginning or from where it stopped."""
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps({"run_id": run_id}))
