"""The deployment program on an emulated account: first, again, failing, back, and away."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from emulator import LACKING, Emulator

from conftest import HANDLER, Run, build
from policy.templates import INFRA, KINDS, raw

BROKEN = """
def handler(event, context):
    raise RuntimeError("no such table")
"""
STACKS = [f"hikiate-development-{kind}" for kind in KINDS]


def statuses(emulator: Emulator) -> dict[str, str]:
    stacks = emulator.client("cloudformation").describe_stacks()["Stacks"]
    return {stack["StackName"]: stack["StackStatus"] for stack in stacks}


def outputs(emulator: Emulator, kind: str) -> dict[str, str]:
    stack = emulator.client("cloudformation").describe_stacks(StackName=f"hikiate-development-{kind}")["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def live(emulator: Emulator) -> str:
    """Return the version of the Main function that has the traffic."""
    function = outputs(emulator, "app")["MainFunction"]
    return str(emulator.client("lambda").get_alias(FunctionName=function, Name="live")["FunctionVersion"])


def answers(emulator: Emulator) -> str:
    """Return the release that the live version says it is."""
    function = outputs(emulator, "app")["MainFunction"]
    answer = emulator.client("lambda").invoke(FunctionName=function, Qualifier="live", Payload=b"{}")
    return str(json.loads(json.loads(answer["Payload"].read())["body"])["release"])


def change(path: Path, name: str, value: object) -> None:
    """Change what a resource is given in an adapted template."""
    template = json.loads(path.read_text())
    template["Resources"][name]["Properties"].update(value)
    path.write_text(json.dumps(template))


def test_from_an_empty_account_to_the_second_release_back_and_away(
    emulator: Emulator, deployment: Run, dist: Path, infra: Path
) -> None:
    # First: all stacks in order; what is shown comes before what is done.
    first = deployment("deploy", "--yes")
    assert first.returncode == 0, first.stderr
    shown, _, done = first.stdout.partition("hikiate-development-network: CREATE_COMPLETE")
    assert all(f"{name}: new, " in shown for name in STACKS if not name.endswith(("app", "api")))
    assert "hikiate-development-app: about" in shown
    assert "add     RDSInstance (AWS::RDS::DBInstance)" in shown
    order = [done.index(f"{name}: CREATE_COMPLETE") for name in STACKS[1:]]
    assert order == sorted(order)
    assert done.index("schema is at 0001") < done.index("hikiate-development-api")
    assert statuses(emulator) == dict.fromkeys(STACKS, "CREATE_COMPLETE")
    assert (live(emulator), answers(emulator)) == ("1", "1")

    # The console is where CloudFront finds it, with what it must know.
    bucket, s3 = outputs(emulator, "web")["ConsoleBucket"], emulator.client("s3")
    config = json.loads(s3.get_object(Bucket=bucket, Key="config.json")["Body"].read())
    assert config["version"] == "1.2.3.dev4"
    assert config["client_id"] == outputs(emulator, "web")["ConsoleClient"]
    assert config["issuer"].endswith(outputs(emulator, "api")["UserPool"])
    assert s3.head_object(Bucket=bucket, Key="assets/app-1.js")["CacheControl"].endswith("immutable")
    assert s3.head_object(Bucket=bucket, Key="index.html")["CacheControl"] == "no-cache"

    # Again: nothing.
    again = deployment("deploy", "--yes")
    assert again.returncode == 0, again.stderr
    assert all(f"{name}: nothing" in again.stdout for name in STACKS)
    assert live(emulator) == "1"

    # A second release: a new version, the schema, then the traffic. An old file of the console goes.
    build(dist, "2")
    (dist / "console" / "assets" / "app-1.js").rename(dist / "console" / "assets" / "app-2.js")
    second = deployment("deploy", "--yes")
    assert second.returncode == 0, second.stderr
    assert second.stdout.index("schema is at") < second.stdout.index("moving the traffic")
    assert (live(emulator), answers(emulator)) == ("2", "2")
    assert {entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]} == {
        "index.html",
        "config.json",
        "assets/app-2.js",
    }

    # A release whose schema can't be migrated: the traffic stays, and mending it goes on from there.
    build(dist, "3", BROKEN)
    third = deployment("deploy", "--yes")
    assert third.returncode == 1
    assert "the traffic stays where it was" in third.stderr
    assert "no such table" in third.stderr
    assert (live(emulator), answers(emulator)) == ("2", "2")
    stuck = deployment("deploy", "--yes")
    assert stuck.returncode == 1
    assert live(emulator) == "2"
    build(dist, "4")
    mended = deployment("deploy", "--yes")
    assert mended.returncode == 0, mended.stderr
    assert answers(emulator) == "4"

    # A stack that can't be updated goes back to what it was, and the stacks after it are not touched.
    before = (infra / "app.yml").read_text()
    change(infra / "app.yml", "SweepSchedule", {"ScheduleExpression": "every now and then"})
    change(infra / "app.yml", "AllocationQueue", {"VisibilityTimeout": 1000})
    failed = deployment("deploy", "--yes")
    assert failed.returncode == 1
    assert "SweepSchedule" in failed.stderr
    assert statuses(emulator)["hikiate-development-app"] == "UPDATE_ROLLBACK_COMPLETE"
    queue = outputs(emulator, "app")["AllocationQueue"]
    seen = emulator.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])
    assert seen["Attributes"]["VisibilityTimeout"] == "960"
    assert answers(emulator) == "4"
    (infra / "app.yml").write_text(before)
    assert deployment("deploy", "--yes").returncode == 0

    # Another database, as after a restore: the functions are told, by a new version, and only after it is there.
    moved = json.loads((infra / "data.yml").read_text())
    moved["Outputs"]["DatabaseHost"]["Value"] = "restored.example.com"
    moved["Resources"]["RDSInstance"]["Properties"]["BackupRetentionPeriod"] = 8
    (infra / "data.yml").write_text(json.dumps(moved))
    assert deployment("deploy", "--yes").returncode == 0
    seen = emulator.client("lambda").get_function_configuration(
        FunctionName=outputs(emulator, "app")["MainFunction"], Qualifier="live"
    )
    assert seen["Environment"]["Variables"]["HIKIATE_DATABASE_HOST"] == "restored.example.com"

    # Back: the traffic goes to the release before, and forward again with the next deployment.
    now = live(emulator)
    back = deployment("rollback", "--yes")
    assert back.returncode == 0, back.stderr
    assert int(live(emulator)) < int(now)
    forward = deployment("deploy", "--yes")
    assert forward.returncode == 0, forward.stderr
    assert live(emulator) == now

    # Away: only for whoever says what, last stack first; what can't be made again stays.
    refused = deployment("destroy", answer="production\n")
    assert (refused.returncode, "nothing was done" in refused.stderr) == (1, True)
    assert len(statuses(emulator)) == len(STACKS)
    artifacts = outputs(emulator, "data")["ArtifactsBucket"]
    gone = deployment("destroy", answer="development\n")
    assert gone.returncode == 0, gone.stderr
    order = [gone.stdout.index(f"{name}: deleted") for name in reversed(STACKS)]
    assert order == sorted(order)
    assert artifacts in gone.stdout
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [artifacts]
    assert deployment("destroy", answer="development\n").returncode == 1


def test_a_first_deployment_that_can_not_migrate_is_mended_by_the_next(
    emulator: Emulator, deployment: Run, dist: Path
) -> None:
    build(dist, "1", BROKEN)
    first = deployment("deploy", "--yes")
    assert (first.returncode, "was not migrated" in first.stderr) == (1, True)
    assert "hikiate-development-api" not in statuses(emulator)
    again = deployment("deploy", "--yes")
    assert (again.returncode, "was not migrated" in again.stderr) == (1, True)
    build(dist, "2")
    assert deployment("deploy", "--yes").returncode == 0
    assert answers(emulator) == "2"


def test_a_no_changes_nothing(emulator: Emulator, deployment: Run) -> None:
    done = deployment("deploy", answer="no\n")
    assert done.returncode == 1
    assert "hikiate-development-network: new, " in done.stdout
    assert "nothing was done" in done.stderr
    assert emulator.client("cloudformation").list_exports()["Exports"] == []
    assert not [status for status in statuses(emulator).values() if status != "REVIEW_IN_PROGRESS"]


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
    assert set(statuses(emulator)) == {"hikiate-production-network", "hikiate-production-data"}


def test_the_emulator_lacks_these_types_and_no_others(emulator: Emulator) -> None:
    used = {body["Type"] for kind in KINDS for body in raw(kind)["Resources"].values() if isinstance(body, dict)}
    assert used >= LACKING
    for type_ in sorted(LACKING):
        template = {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Resources": {"Lacking": {"Type": type_, "Properties": {}}},
        }
        with pytest.raises(Exception, match=type_):
            emulator.client("cloudformation").create_stack(StackName="lacking", TemplateBody=json.dumps(template))


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
