"""The verbs: deploy, rollback, destroy."""

import argparse
import os
import sys
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from deployment import artifacts, stacks
from deployment.account import Account
from deployment.changes import ChangeSet
from deployment.release import Deployment, Proposal
from deployment.removal import Removal
from deployment.trouble import Failed, Refused

_ROOT = Path(__file__).parents[2]


def main() -> int:
    """Do what the command line says; 0 done, 1 refused or failed, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="deployment", description="Put hikiate into an AWS account, or take it out.")
    parser.add_argument("verb", choices=["deploy", "rollback", "destroy"])
    parser.add_argument("--environment", required=True, help="one of infra/parameters")
    parser.add_argument("--yes", action="store_true", help="deploy and rollback: do not ask")
    parser.add_argument("--watch-minutes", type=int, default=5, help="how long alarms may still undo a release")
    parser.add_argument("--pause-seconds", type=float, default=5, help="between looks at what CloudFormation does")
    parser.add_argument("--stop-after", choices=stacks.ORDER, default=stacks.ORDER[-1], help="deploy: the last stack")
    parser.add_argument("--dist", type=Path, default=_ROOT / "dist", help="where the build is")
    parser.add_argument("--infra", type=Path, default=stacks.FOLDER, help="where templates and parameters are")
    arguments = parser.parse_args()
    try:
        {"deploy": _deploy, "rollback": _rollback, "destroy": _destroy}[arguments.verb](arguments)
    except Refused as refusal:
        print(f"Refused: {refusal}", file=sys.stderr)
        return 1
    except (Failed, BotoCoreError, ClientError) as failure:
        # What AWS says of itself, like AccessDenied, names the call and whom it refuses.
        print(f"Failed: {failure}", file=sys.stderr)
        return 1
    return 0


def _deploy(arguments: argparse.Namespace) -> None:
    known = stacks.read(arguments.environment, arguments.infra)
    wanted = stacks.ORDER[: stacks.ORDER.index(arguments.stop_after) + 1]
    built = artifacts.find(arguments.dist, _ROOT / "pyproject.toml")
    account = Account()
    deployment = Deployment(
        account,
        {kind: known[kind] for kind in wanted},
        watch_minutes=arguments.watch_minutes,
        pause_seconds=arguments.pause_seconds,
    )
    proposals = deployment.propose(built.keys)
    print(f"hikiate {arguments.environment} in account {account.number}, {account.region}:")
    for proposal in proposals:
        _show(proposal)
    if not arguments.yes and not os.environ.get("CI"):
        try:
            _ask("Do it? Type yes: ", "yes")
        except Refused:
            deployment.discard(proposals)
            raise
    deployment.do(proposals, built)


def _rollback(arguments: argparse.Namespace) -> None:
    known = stacks.read(arguments.environment, arguments.infra)
    deployment = Deployment(Account(), known, pause_seconds=arguments.pause_seconds)
    if not arguments.yes and not os.environ.get("CI"):
        _ask(f"Give the traffic of {arguments.environment} back to the release before? Type yes: ", "yes")
    deployment.back()


def _destroy(arguments: argparse.Namespace) -> None:
    known = stacks.read(arguments.environment, arguments.infra)
    account = Account()
    removal = Removal(account, known, pause_seconds=arguments.pause_seconds)
    names = removal.check()
    print(f"In account {account.number}, {account.region}, this would delete:")
    print("\n".join(f"  {name}" for name in names))
    # No flag answers this one: whoever deletes an environment has to say which.
    _ask("Type the environment's name: ", arguments.environment)
    removal.do()


def _show(proposal: Proposal) -> None:
    name, changes = proposal.stack.name, proposal.changes
    if not isinstance(changes, ChangeSet):
        print(f"  {name}: about {changes.resources} resources, known when the stacks before it are done")
    elif not changes.identifier:
        print(f"  {name}: nothing")
    else:
        print(
            f"  {name}: {'new, ' if changes.creates else ''}{len(changes.changes)} changes"
            if changes.changes
            else f"  {name}: outputs only"
        )
        for change in changes.changes:
            replaced = ", REPLACED" if change.replaced else ""
            print(f"    {change.action.lower():7} {change.resource} ({change.kind}{replaced})")


def _ask(question: str, answer: str) -> None:
    try:
        said = input(question)
    except EOFError:
        said = ""
    if said.strip() != answer:
        raise Refused("nothing was done.")


if __name__ == "__main__":
    sys.exit(main())
