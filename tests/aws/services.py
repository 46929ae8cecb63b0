"""What stands in for AWS around the functions."""

import json
from functools import cache
from typing import Any, NamedTuple

import boto3
from machines import CREDENTIALS

PASSWORD = "the first password"


class Services(NamedTuple):
    """What stands in for AWS: its address, and what was made there for the functions."""

    url: str
    secret: str
    queue: str
    bucket: str

    def client(self, name: str) -> Any:
        """Return a client of a service."""
        return client_of(self.url, name)

    def rotate(self, password: str, user: str = "hikiate") -> None:
        """Put another password into the secret."""
        text = json.dumps({"username": user, "password": password})
        self.client("secretsmanager").put_secret_value(SecretId=self.secret, SecretString=text)

    def messages(self) -> list[dict[str, Any]]:
        """Take all messages from the queue."""
        client, taken = self.client("sqs"), []
        while found := client.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                client.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                taken.append(json.loads(message["Body"]))
        return taken


@cache
def client_of(url: str, name: str) -> Any:
    """Return a client of an emulated service; each is made once and closed by `close`."""
    client = boto3.client(
        name,
        endpoint_url=url,
        region_name=CREDENTIALS["AWS_REGION"],
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    _open.append(client)
    return client


def close() -> None:
    """Close all clients."""
    while _open:
        _open.pop().close()
    client_of.cache_clear()


_open: list[Any] = []
