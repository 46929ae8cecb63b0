"""The AWS account a deployment speaks to."""

import os
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from deployment.trouble import Refused

_LONGEST_CALL_SECONDS = 910
"""The migration function may take 15 minutes, and is waited for."""


class Account:
    """Who deploys, where, and the services that are asked for it."""

    def __init__(self) -> None:
        """Find the credentials and ask whose they are.

        Raises:
            Refused: there are none, they are not good, or no region is chosen.
        """
        # boto3 knows the second of these names only.
        session = boto3.Session(region_name=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"))
        if session.region_name is None:
            raise Refused("No region is chosen: set AWS_REGION, like AWS_REGION=ap-northeast-1.")
        if session.get_credentials() is None:
            raise Refused("There are no AWS credentials here: sign in (aws sso login), or set AWS_PROFILE.")
        self._session = session
        self._clients: dict[str, Any] = {}
        self.region: str = session.region_name
        self.role_arn: str | None = os.environ.get("CLOUDFORMATION_ROLE_ARN") or None
        """The role that CloudFormation acts as; without one it acts as whoever deploys."""
        try:
            self.number: str = self.client("sts").get_caller_identity()["Account"]
        except (BotoCoreError, ClientError) as error:
            raise Refused(f"AWS does not accept the credentials: {error}") from error

    def client(self, service: str) -> Any:
        """Return the client of a service. A function is called once: whoever wants it called again says so."""
        if service not in self._clients:
            once = Config(read_timeout=_LONGEST_CALL_SECONDS, retries={"total_max_attempts": 1})
            self._clients[service] = self._session.client(service, config=once if service == "lambda" else None)
        return self._clients[service]
