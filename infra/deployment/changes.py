"""Change sets: what would change, then doing it, then knowing how it ended."""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from deployment.account import Account
from deployment.stacks import Stack, count_resources, declared
from deployment.trouble import Failed

_MISSING_EXPORT = "No export named"
_NOTHING = ("didn't contain changes", "No updates are to be performed")
_NEVER_MADE = {"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "DELETE_COMPLETE"}
_GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


class Change(NamedTuple):
    """What would happen to one resource."""

    action: str
    resource: str
    kind: str
    replaced: bool


class ChangeSet(NamedTuple):
    """What would happen to one stack."""

    stack: Stack
    identifier: str
    creates: bool
    changes: tuple[Change, ...]


class LaterStack(NamedTuple):
    """A stack whose changes are known only when the stacks before it are done."""

    stack: Stack
    resources: int


class CloudFormation:
    """What a deployment asks of CloudFormation."""

    def __init__(self, account: Account, say: Callable[[str], None], pause_seconds: float = 5) -> None:
        self._client = account.client("cloudformation")
        self._role = {"RoleARN": account.role_arn} if account.role_arn else {}
        self._say = say
        self._pause_seconds = pause_seconds

    def describe(self, name: str) -> dict[str, Any] | None:
        """Return a stack; None when there is none, or it was never made."""
        try:
            found: dict[str, Any] = self._client.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return None if found["StackStatus"] in _NEVER_MADE else found

    def exists(self, name: str) -> bool:
        """Tell whether there is anything of a stack, be it only what a failed creation left."""
        try:
            self._client.describe_stacks(StackName=name)
        except ClientError as error:
            if "does not exist" in str(error):
                return False
            raise
        return True

    def outputs(self, name: str) -> dict[str, str]:
        """Return a stack's outputs; none when there is no such stack."""
        found = self.describe(name) or {}
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}

    def parameters(self, name: str) -> dict[str, str]:
        """Return the parameters that a stack was last given."""
        found = self.describe(name) or {}
        return {given["ParameterKey"]: given["ParameterValue"] for given in found.get("Parameters", [])}

    def propose(self, stack: Stack, alarms: Sequence[str] = (), watch_minutes: int = 0) -> ChangeSet | LaterStack:
        """Make a change set, which changes nothing; an empty one is discarded.

        Raises:
            Failed: CloudFormation refuses the template or its parameters.
        """
        found = self.describe(stack.name)
        if found is None:
            self._clear(stack.name)
        rollback: dict[str, Any] = {}
        if alarms:
            triggers = [{"Arn": arn, "Type": "AWS::CloudWatch::Alarm"} for arn in alarms]
            rollback = {"RollbackTriggers": triggers, "MonitoringTimeInMinutes": watch_minutes}
        wanted = {name: value for name, value in stack.parameters.items() if name in declared(stack.template)}
        try:
            made = self._client.create_change_set(
                StackName=stack.name,
                ChangeSetName=f"deployment-{time.time_ns()}",
                ChangeSetType="CREATE" if found is None else "UPDATE",
                TemplateBody=stack.template,
                Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in wanted.items()],
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
                Tags=[{"Key": "hikiate:environment", "Value": stack.parameters["Environment"]}],
                RollbackConfiguration=rollback,
                **self._role,
            )
        except ClientError as error:
            if _MISSING_EXPORT in str(error):
                return LaterStack(stack, count_resources(stack.template))
            raise Failed(f"{stack.name}: {error.response['Error']['Message']}") from error
        identifier = made["Id"]
        while (described := self._described(identifier))["Status"] in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
            time.sleep(self._pause_seconds)
        if described["Status"] == "FAILED":
            reason = str(described.get("StatusReason"))
            self._client.delete_change_set(ChangeSetName=identifier)
            if found is None:
                self._clear(stack.name)
            if any(nothing in reason for nothing in _NOTHING):
                return ChangeSet(stack, "", False, ())
            if _MISSING_EXPORT in reason:
                return LaterStack(stack, count_resources(stack.template))
            raise Failed(f"{stack.name}: {reason}")
        changes = tuple(_change(entry["ResourceChange"]) for entry in described["Changes"])
        return ChangeSet(stack, identifier, found is None, changes)

    def discard(self, change_set: ChangeSet) -> None:
        """Forget a change set, and the empty stack that holds the first of a new one."""
        if change_set.identifier:
            self._client.delete_change_set(ChangeSetName=change_set.identifier)
            if change_set.creates:
                self._clear(change_set.stack.name)

    def execute(self, change_set: ChangeSet) -> None:
        """Do what a change set says, and wait until it is done.

        Raises:
            Failed: with the first reasons; CloudFormation has gone back to what was before.
        """
        if not change_set.identifier:
            return
        name = change_set.stack.name
        begun = self._newest_event(name)
        self._client.execute_change_set(ChangeSetName=change_set.identifier)
        status = self._ended(name)
        if status not in _GOOD:
            raise Failed(f"{name} ended as {status}:\n" + "\n".join(self._reasons(name, begun)))
        self._say(f"{name}: {status}")

    def delete(self, name: str) -> None:
        """Delete a stack and wait until it is gone.

        Raises:
            Failed: something of it could not be deleted.
        """
        if self.describe(name) is None:
            self._clear(name)
            return
        begun = self._newest_event(name)
        identifier = self._client.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        self._client.delete_stack(StackName=name, **self._role)
        status = self._ended(identifier)
        if status not in ("DELETE_COMPLETE", "GONE"):
            raise Failed(f"{name} ended as {status}:\n" + "\n".join(self._reasons(name, begun)))
        self._say(f"{name}: deleted")

    def _described(self, identifier: str) -> dict[str, Any]:
        described: dict[str, Any] = self._client.describe_change_set(ChangeSetName=identifier)
        page = described
        while token := page.get("NextToken"):
            page = self._client.describe_change_set(ChangeSetName=identifier, NextToken=token)
            described["Changes"] += page["Changes"]
        return described

    def _clear(self, name: str) -> None:
        """Remove what a creation left that never came to be; CloudFormation would refuse to make it anew."""
        try:
            status = self._client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        except ClientError:
            return
        if status in _NEVER_MADE:
            self._client.delete_stack(StackName=name, **self._role)
            self._ended(name)

    def _ended(self, name: str) -> str:
        while True:
            try:
                status: str = self._client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
            except ClientError:
                return "GONE"
            if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
                return status
            time.sleep(self._pause_seconds)

    def _newest_event(self, name: str) -> str:
        try:
            events = self._client.describe_stack_events(StackName=name)["StackEvents"]
        except ClientError:
            return ""
        return str(events[0]["EventId"]) if events else ""

    def _reasons(self, name: str, begun: str) -> list[str]:
        reasons: list[str] = []
        for event in self._client.describe_stack_events(StackName=name)["StackEvents"]:
            if event["EventId"] == begun:
                break
            if event["ResourceStatus"].endswith("_FAILED"):
                reasons.append(
                    f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
                )
        return reasons[::-1][:5]


def _change(change: dict[str, Any]) -> Change:
    replaced = change.get("Replacement") in ("True", "Conditional")
    return Change(change["Action"], change["LogicalResourceId"], change["ResourceType"], replaced)
