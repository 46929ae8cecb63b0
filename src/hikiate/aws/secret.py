"""The database's user and password, kept in Secrets Manager."""

from typing import Any, NamedTuple, cast

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError, TransformParameterError

from hikiate.domain.errors import Busy

_KEPT_SECONDS = 3600


class Credentials(NamedTuple):
    """Who connects."""

    user: str
    password: str

    def __repr__(self) -> str:
        """Keep the password out of logs and tracebacks."""
        return f"Credentials(user={self.user!r})"


class DatabaseSecret:
    """A secret as RDS keeps it, read once and kept until it is asked for afresh."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._provider = SecretsProvider()

    def credentials(self, *, fresh: bool = False) -> Credentials:
        """Return the credentials, read again if `fresh`.

        Raises:
            Busy: the secret can't be read.
        """
        try:
            secret = cast(
                "dict[str, Any]",
                self._provider.get(self._arn, max_age=_KEPT_SECONDS, transform="json", force_fetch=fresh),
            )
        except (GetParameterError, TransformParameterError) as error:
            raise Busy("The database's secret can't be read.") from error
        return Credentials(str(secret["username"]), str(secret["password"]))
