"""Taking an environment out of an account, with care."""

from collections.abc import Callable

from deployment import artifacts
from deployment.account import Account
from deployment.changes import CloudFormation
from deployment.stacks import Stack
from deployment.trouble import Refused

_PROTECTED = """The database of {environment} is protected against deletion, and so is the environment.
To unprotect it, which a rule of data.yml keeps the templates from doing in production:
  aws rds modify-db-instance --db-instance-identifier {database} --no-deletion-protection --apply-immediately
Then run this again."""
_LEFT = """Left on purpose, to be deleted by hand when nobody wants it back:
  the final snapshot of the database (aws rds describe-db-snapshots --snapshot-type manual)
  the bucket of released zips: {bucket}
  the people in the user pool {pool}, and the records of the network
  the role by which API Gateway writes logs, which other gateways of the account may use"""


class Removal:
    """One environment's end."""

    def __init__(
        self, account: Account, stacks: dict[str, Stack], say: Callable[[str], None] = print, pause_seconds: float = 5
    ) -> None:
        self._account = account
        self._stacks = stacks
        self._say = say
        self._formation = CloudFormation(account, say, pause_seconds)

    def check(self) -> list[str]:
        """Return the names of the stacks that would go.

        Raises:
            Refused: there are none, or the database is protected.
        """
        names = [stack.name for stack in reversed(self._stacks.values()) if self._formation.exists(stack.name)]
        if not names:
            raise Refused("There is nothing to destroy: none of the environment's stacks exist.")
        database = self._formation.outputs(self._stacks["data"].name).get("RDSInstance")
        if database:
            found = self._account.client("rds").describe_db_instances(DBInstanceIdentifier=database)["DBInstances"]
            if found and found[0].get("DeletionProtection"):
                environment = self._stacks["data"].parameters["Environment"]
                raise Refused(_PROTECTED.format(environment=environment, database=database))
        return names

    def do(self) -> None:
        """Delete the stacks, last first; what could not be made again stays.

        Raises:
            Failed: something could not be deleted; the stacks before it are gone.
        """
        outputs = {kind: self._formation.outputs(stack.name) for kind, stack in self._stacks.items()}
        for kind, output in (("web", "ConsoleBucket"), ("app", "UploadsBucket")):
            if bucket := outputs[kind].get(output):
                self._say(f"emptied {bucket}: {artifacts.empty(self._account, bucket)} files")
        for stack in reversed(self._stacks.values()):
            self._formation.delete(stack.name)
        self._say(
            _LEFT.format(
                bucket=outputs["data"].get("ArtifactsBucket", "none"), pool=outputs["api"].get("UserPool", "none")
            )
        )
