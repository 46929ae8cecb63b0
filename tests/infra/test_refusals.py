"""What the deployment program refuses, each time with what to do, and with nothing done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from emulator import Emulator

from conftest import HANDLER, Run, build
from policy.templates import INFRA


def test_a_no_changes_nothing(emulator: Emulator, deployment: Run) -> None:
    done = deployment("deploy", answer="no\n")
    assert done.returncode == 1
    assert "hikiate-development-network: new, " in done.stdout
    assert "nothing was done" in done.stderr
    assert emulator.client("cloudformation").list_exports()["Exports"] == []
    assert not [status for status in emulator.statuses().values() if status != "REVIEW_IN_PROGRESS"]


def test_production_without_somebody_to_tell_is_refused_before_anything_is_made(
    emulator: Emulator, deployment: Run
) -> None:
    done = deployment("deploy", "--yes", environment="production")
    assert done.returncode == 1
    assert "AlarmEmail must be set" in done.stderr
    assert emulator.client("cloudformation").list_exports()["Exports"] == []


def test_a_protected_environment_is_not_destroyed(emulator: Emulator, deployment: Run, infra: Path) -> None:
    parameters = yaml.safe_load((infra / "parameters" / "production.yml").read_text())
    parameters["data"]["AlarmEmail"] = "stock@example.com"
    (infra / "parameters" / "production.yml").write_text(yaml.safe_dump(parameters))
    made = deployment("deploy", "--yes", "--stop-after", "data", environment="production")
    assert made.returncode == 0, made.stderr
    assert "hikiate-production-app" not in made.stdout
    refused = deployment("destroy", answer="production\n", environment="production")
    assert refused.returncode == 1
    assert "--no-deletion-protection" in refused.stderr
    assert set(emulator.statuses()) == {"hikiate-production-network", "hikiate-production-data"}


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["deploy", "--environment", "development"], {}, "There are no AWS credentials here"),
        (["destroy", "--environment", "development"], {}, "There are no AWS credentials here"),
        (["rollback", "--environment", "development"], {}, "There are no AWS credentials here"),
        (["deploy", "--environment", "development"], {"AWS_REGION": ""}, "No region is chosen"),
        (["deploy", "--environment", "nowhere"], {}, "known environments: development, production, staging"),
        (["deploy", "--environment", "No Such"], {}, "can't be an environment"),
    ],
)  # fmt: skip
def test_what_can_not_be_done_is_refused_with_what_to_do(
    arguments: list[str], environment: dict[str, str], sentence: str, dist: Path, tmp_path: Path
) -> None:
    nobody = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nobody |= {"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "us-east-1"} | environment
    nobody = {name: value for name, value in nobody.items() if value}
    command = [sys.executable, "-m", "deployment", *arguments, "--dist", str(dist)]
    done = subprocess.run(command, cwd=INFRA, env=nobody, capture_output=True, text=True, input="")
    assert (done.returncode, done.stderr.startswith("Refused: ")) == (1, True)
    assert sentence in done.stderr


def test_credentials_that_aws_does_not_know_are_refused(dist: Path, tmp_path: Path) -> None:
    stranger = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "x")
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1"}
    nobody = {**os.environ, **stranger, **nowhere}
    command = [sys.executable, "-m", "deployment", "deploy", "--environment", "development", "--dist", str(dist)]
    done = subprocess.run(command, cwd=INFRA, env=nobody, capture_output=True, text=True, input="")
    assert (done.returncode, "AWS does not accept the credentials" in done.stderr) == (1, True)


def test_what_is_not_built_is_not_deployed(emulator: Emulator, deployment: Run, dist: Path) -> None:
    (dist / "aws" / build(dist, "1", HANDLER)["ModelsLayerKey"]).unlink()
    done = deployment("deploy", "--yes")
    assert (done.returncode, "run `make build` again" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("data: {Clas: x}", "infra/data.yml has no parameter Clas"),
        ("database: {}", "names database"),
        ("data: {MultiAZ: true}", "must be text or a number"),
        ("app: {Release: x}", "is set by the deployment itself"),
    ],
)
def test_a_wrong_parameter_file_is_refused(
    emulator: Emulator, deployment: Run, infra: Path, content: str, sentence: str
) -> None:
    (infra / "parameters" / "development.yml").write_text(content)
    done = deployment("deploy", "--yes")
    assert (done.returncode, sentence in done.stderr) == (1, True), done.stderr
