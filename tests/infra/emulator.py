"""MiniStack on loopback: started, given the templates as far as it knows their types, and stopped."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import boto3

from policy.templates import INFRA, KINDS, Json, changed, raw

LACKING = {
    "AWS::EC2::FlowLog",
    "AWS::RDS::DBProxy",
    "AWS::RDS::DBProxyTargetGroup",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::WAFv2::LoggingConfiguration",
    "AWS::WAFv2::WebACLAssociation",
}
"""The types that the pinned MiniStack does not have; a test sees to it that it is these and no others."""
REGION = "us-east-1"
_SECONDS_TO_START = 60


class Emulator:
    """One MiniStack, with nothing in it."""

    def __init__(self, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        own = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port), "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}
        self._log = log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ministack"], env={**os.environ, **own}, stdout=self._log, stderr=subprocess.STDOUT
        )
        deadline = time.monotonic() + _SECONDS_TO_START
        while not self._answers():
            assert self._process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)

    def client(self, service: str) -> Any:
        """Return a client of one of its services."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def statuses(self) -> dict[str, str]:
        """Return how the stacks are, by name."""
        stacks = self.client("cloudformation").describe_stacks()["Stacks"]
        return {stack["StackName"]: stack["StackStatus"] for stack in stacks}

    def outputs(self, kind: str) -> dict[str, str]:
        """Return what a stack of the development environment puts out."""
        (stack,) = self.client("cloudformation").describe_stacks(StackName=f"hikiate-development-{kind}")["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def stop(self) -> None:
        """Stop it, and forget all that it held."""
        self._process.terminate()
        self._process.wait(30)
        self._log.close()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def adapted(template: Json, lacking: set[str] = LACKING) -> Json:
    """Return a template without what the emulator lacks: types, one transform, one way to refer, one number.

    The password's transform stands for a rotation that the emulator lacks altogether. `Ref: !Sub` it follows in loops
    only, so the stage is put into the one that makes its deployment. The bound on a queue's batches is text to it when
    it comes from a parameter, and its poller stumbles over that.
    """
    template = changed(template)
    kept = {name: body for name, body in template["Resources"].items() if _type(body) not in lacking}
    adapted = {**template, "Resources": kept}
    if adapted.get("Transform") == "AWS::SecretsManager-2024-09-16":
        del adapted["Transform"]
    if "DBProxy" in template["Resources"]:
        adapted["Outputs"]["DatabaseHost"]["Value"] = adapted["Outputs"]["DatabaseHost"]["Value"]["Fn::If"][2]
    if "AllocationQueueMapping" in kept:
        kept["AllocationQueueMapping"]["Properties"]["ScalingConfig"]["MaximumConcurrency"] = 2
    if "Fn::ForEach::Deployments" in kept:
        name, releases, body = kept["Fn::ForEach::Deployments"]
        stage = kept.pop("Stage")
        stage["Properties"]["DeploymentId"] = {"Ref": {"Fn::Sub": "Deployment${Name}"}}
        inner = {"Fn::ForEach::Stages": ["End", ["ge"], {"Sta${End}": stage}]}
        kept["Fn::ForEach::Deployments"] = [name, releases, {**body, **inner}]
    return adapted


def adapted_folder(folder: Path) -> Path:
    """Write the templates, adapted, and the parameters into a folder that a deployment can work from."""
    folder.mkdir(parents=True)
    for kind in KINDS:
        (folder / f"{kind}.yml").write_text(json.dumps(adapted(raw(kind))))
    shutil.copytree(INFRA / "parameters", folder / "parameters")
    return folder


def _type(body: Any) -> str:
    return str(body["Type"]) if isinstance(body, dict) else ""
