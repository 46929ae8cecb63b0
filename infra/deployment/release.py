"""A release: proposed as a whole, then done stack by stack, with the schema before the traffic."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from deployment import artifacts
from deployment.account import Account
from deployment.changes import ChangeSet, CloudFormation, LaterStack
from deployment.stacks import PASSED_ON, Stack, count_resources, declared
from deployment.trouble import Failed, Refused

_KEPT_VERSIONS = 3
"""The one with the traffic and two to go back to; SnapStart has a price for each."""
_FUNCTIONS = {"MainTrafficVersion": "MainFunction", "AllocationTrafficVersion": "AllocationFunction"}
_ALIAS = "live"


class Proposal(NamedTuple):
    """One stack's part of a release; nothing of it is done."""

    stack: Stack
    changes: ChangeSet | LaterStack


class Deployment:
    """One environment in one account."""

    def __init__(
        self,
        account: Account,
        stacks: dict[str, Stack],
        say: Callable[[str], None] = print,
        *,
        watch_minutes: int = 5,
        pause_seconds: float = 5,
    ) -> None:
        self._account = account
        self._stacks = stacks
        self._say = say
        self._watch_minutes = watch_minutes
        self._formation = CloudFormation(account, say, pause_seconds)

    def propose(self, keys: Mapping[str, str]) -> list[Proposal]:
        """Find out what a release would change, and change nothing."""
        return [Proposal(stack, self._proposed(stack, keys)) for stack in self._stacks.values()]

    def discard(self, proposals: list[Proposal]) -> None:
        """Forget what was proposed."""
        for proposal in reversed(proposals):
            if isinstance(proposal.changes, ChangeSet):
                self._formation.discard(proposal.changes)

    def do(self, proposals: list[Proposal], built: artifacts.Built) -> None:
        """Do what was proposed.

        Raises:
            Failed: a stack went back to what it was, or the schema could not be migrated; those before it are done.
        """
        touched = False
        for number, proposal in enumerate(proposals):
            try:
                touched |= self._do_one(proposal, built, anew=touched)
            except Failed:
                self.discard(proposals[number + 1 :])
                raise
        if "web" in self._stacks:
            self._publish(built)

    def back(self) -> None:
        """Give the traffic back to the versions before the present ones.

        Raises:
            Refused: there are none.
        """
        app = self._stacks["app"]
        earlier: dict[str, str] = {}
        for parameter, function in self._functions().items():
            live = self._live(function)
            older = [number for number in self._versions(function) if number < live]
            if not older:
                raise Refused(f"{function} has no version before {live}: deploy an older commit instead.")
            earlier[parameter] = str(max(older))
        known = self._formation.parameters(app.name)
        stack = app._replace(parameters={**known, **app.parameters}).with_traffic(earlier)
        changes = self._formation.propose(stack)
        if isinstance(changes, ChangeSet):
            self._formation.execute(changes)
        self._say("Traffic is on " + ", ".join(f"{name} {number}" for name, number in earlier.items()) + ".")

    def _do_one(self, proposal: Proposal, built: artifacts.Built, *, anew: bool) -> bool:
        """Do one stack's part; tell whether that changed anything."""
        changes = proposal.changes
        if anew or isinstance(changes, LaterStack):
            # What this stack imports may be another by now, so its change set is made anew.
            self.discard([proposal])
            changes = self._proposed(proposal.stack, built.keys)
        if isinstance(changes, LaterStack):
            raise Failed(f"{proposal.stack.name} imports what no stack exports.")
        if proposal.stack.kind == "app":
            self._release_app(changes, built)
        else:
            self._formation.execute(changes)
        return bool(changes.identifier)

    def _proposed(self, stack: Stack, keys: Mapping[str, str]) -> ChangeSet | LaterStack:
        passed: dict[str, str] = {}
        for parameter in PASSED_ON.keys() & declared(stack.template):
            kind, output = PASSED_ON[parameter]
            outputs = self._formation.outputs(self._stacks[kind].name)
            if output not in outputs:
                return LaterStack(stack, count_resources(stack.template))
            passed[parameter] = outputs[output]
        return self._formation.propose(self._with_traffic_as_it_is(stack.released({**keys, **passed})))

    def _with_traffic_as_it_is(self, released: Stack) -> Stack:
        """Return the app stack with the traffic on the versions that have it; any other stack as it is."""
        if released.kind != "app":
            return released
        before = self._formation.parameters(released.name)
        if not before:
            return released
        if before["Release"] == released.parameters["Release"]:
            return released.with_traffic({parameter: before[parameter] for parameter in _FUNCTIONS})
        live = {parameter: str(self._live(function)) for parameter, function in self._functions().items()}
        return released.with_traffic(live)

    def _release_app(self, changes: ChangeSet, built: artifacts.Built) -> None:
        bucket = self._formation.outputs(self._stacks["data"].name)["ArtifactsBucket"]
        for key in artifacts.upload(self._account, built, bucket):
            self._say(f"uploaded {key}")
        app = changes.stack
        self._formation.execute(changes)
        watched = self._formation.outputs(app.name)["RollbackAlarms"].split(",")
        # With an alarm that rings already, CloudFormation would go back at once; zero minutes deploy what mends it.
        alarms = watched if self._watch_minutes else []
        traffic = app.with_traffic(dict.fromkeys(_FUNCTIONS, ""))
        moving = self._formation.propose(traffic, alarms, self._watch_minutes)
        if isinstance(moving, LaterStack):
            raise Failed(f"{app.name} imports what no stack exports.")
        # Each time: where it failed the last time, nothing else is left to change, and on a current schema it is quick.
        try:
            self._migrate()
        except Failed:
            self._formation.discard(moving)
            raise
        if moving.identifier:
            # The schema fits; now the traffic moves, and back again when an alarm rings.
            self._say(f"moving the traffic; watching the alarms for {self._watch_minutes} minutes")
            self._formation.execute(moving)
        for function in self._functions().values():
            self._prune(function)

    def _migrate(self) -> None:
        function = self._formation.outputs(self._stacks["app"].name)["MigrationFunction"]
        answer = self._account.client("lambda").invoke(FunctionName=function, Payload=b"{}")
        payload = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer or not isinstance(payload, dict) or "revision" not in payload:
            raise Failed(
                f"The schema was not migrated, and the traffic stays where it was: {json.dumps(payload)}\n"
                "The log of the migration function has the whole story; mend it and deploy again."
            )
        self._say(f"schema is at {payload['revision']}")

    def _publish(self, built: artifacts.Built) -> None:
        web = self._formation.outputs(self._stacks["web"].name)
        api = self._formation.outputs(self._stacks["api"].name)
        app = self._formation.parameters(self._stacks["app"].name)
        config = {
            "version": built.version,
            "api": "/api",
            "issuer": f"https://cognito-idp.{self._account.region}.amazonaws.com/{api['UserPool']}",
            "client_id": web["ConsoleClient"],
            "scope": "openid email hikiate/user",
            "currency_places": int(app["CurrencyPlaces"]),
            "time_zone": app["TimeZone"],
        }
        count = artifacts.publish_console(self._account, built, web["ConsoleBucket"], config)
        paths = {"Quantity": 1, "Items": ["/*"]}
        self._account.client("cloudfront").create_invalidation(
            DistributionId=web["Distribution"],
            InvalidationBatch={"Paths": paths, "CallerReference": str(time.time_ns())},
        )
        self._say(f"console: {count} files at {web['ConsoleUrl']}\nAPI: {api['ApiUrl']}")

    def _functions(self) -> dict[str, str]:
        outputs = self._formation.outputs(self._stacks["app"].name)
        return {parameter: outputs[output] for parameter, output in _FUNCTIONS.items()}

    def _live(self, function: str) -> int:
        return int(self._account.client("lambda").get_alias(FunctionName=function, Name=_ALIAS)["FunctionVersion"])

    def _versions(self, function: str) -> list[int]:
        pages = (
            self._account.client("lambda").get_paginator("list_versions_by_function").paginate(FunctionName=function)
        )
        found = [version["Version"] for page in pages for version in page["Versions"]]
        return sorted(int(number) for number in found if number.isdigit())

    def _prune(self, function: str) -> None:
        """Delete old versions; which one has the traffic is looked at last, so that none is lost to a race."""
        client: Any = self._account.client("lambda")
        for number in self._versions(function)[:-_KEPT_VERSIONS]:
            if number != self._live(function):
                try:
                    client.delete_function(FunctionName=function, Qualifier=str(number))
                except ClientError as error:
                    self._say(f"version {number} of {function} stays: {error.response['Error']['Message']}")
