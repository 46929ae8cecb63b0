"""The deployment program on an emulated account: first, again, failing, back, and away."""

import json
from pathlib import Path

import pytest
from emulator import LACKING, REGION, Emulator

from conftest import Run, build
from policy.templates import KINDS, raw

BROKEN = """
def handler(event, context):
    raise RuntimeError("no such table")
"""
STACKS = [f"hikiate-development-{kind}" for kind in KINDS]


def live(emulator: Emulator) -> str:
    """Return the version of the Main function that has the traffic."""
    function = emulator.outputs("app")["MainFunction"]
    return str(emulator.client("lambda").get_alias(FunctionName=function, Name="live")["FunctionVersion"])


def answers(emulator: Emulator) -> str:
    """Return the release that the live version says it is."""
    function = emulator.outputs("app")["MainFunction"]
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
    assert emulator.statuses() == dict.fromkeys(STACKS, "CREATE_COMPLETE")
    assert (live(emulator), answers(emulator)) == ("1", "1")

    # The console is where CloudFront finds it, with what it must know.
    bucket, s3 = emulator.outputs("web")["ConsoleBucket"], emulator.client("s3")
    config = json.loads(s3.get_object(Bucket=bucket, Key="config.json")["Body"].read())
    assert config["version"] == "1.2.3.dev4"
    assert config["client_id"] == emulator.outputs("web")["ConsoleClient"]
    assert config["issuer"].endswith(emulator.outputs("api")["UserPool"])
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
    assert emulator.statuses()["hikiate-development-app"] == "UPDATE_ROLLBACK_COMPLETE"
    queue = emulator.outputs("app")["AllocationQueue"]
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
        FunctionName=emulator.outputs("app")["MainFunction"], Qualifier="live"
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
    assert len(emulator.statuses()) == len(STACKS)
    artifacts = emulator.outputs("data")["ArtifactsBucket"]
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
    assert "hikiate-development-api" not in emulator.statuses()
    again = deployment("deploy", "--yes")
    assert (again.returncode, "was not migrated" in again.stderr) == (1, True)
    build(dist, "2")
    assert deployment("deploy", "--yes").returncode == 0
    assert answers(emulator) == "2"


def test_a_creation_that_failed_is_tried_again_and_can_be_destroyed(
    emulator: Emulator, deployment: Run, infra: Path
) -> None:
    whole = (infra / "network.yml").read_text()
    change(infra / "network.yml", "PublicSubnet1", {"VpcId": {"Fn::GetAtt": ["VPC", "Nothing"]}})
    failed = deployment("deploy", "--yes", "--stop-after", "network")
    assert failed.returncode == 1
    assert emulator.statuses().get("hikiate-development-network") in (None, "ROLLBACK_COMPLETE")
    (infra / "network.yml").write_text(whole)
    again = deployment("deploy", "--yes", "--stop-after", "network")
    assert again.returncode == 0, again.stderr
    assert deployment("destroy", answer="development\n").returncode == 0
    assert emulator.statuses() == {}


def test_roles_allow_what_their_functions_do_and_no_more(emulator: Emulator, deployment: Run) -> None:
    done = deployment("deploy", "--yes", "--stop-after", "app")
    assert done.returncode == 0, done.stderr
    data, app = emulator.outputs("data"), emulator.outputs("app")
    uploads = f"arn:aws:s3:::{app['UploadsBucket']}"
    queue = f"arn:aws:sqs:{REGION}:000000000000:{app['AllocationQueueName']}"
    main, allocation, migration = (
        emulator.client("lambda").get_function_configuration(FunctionName=app[name])["Role"]
        for name in ("MainFunction", "AllocationFunction", "MigrationFunction")
    )
    wanted = [
        (main, "secretsmanager:GetSecretValue", data["DBPassword"], True),
        (main, "secretsmanager:GetSecretValue", data["DBPassword"].replace("data", "other"), False),
        (main, "secretsmanager:PutSecretValue", data["DBPassword"], False),
        (main, "sqs:SendMessage", queue, True),
        (main, "sqs:ReceiveMessage", queue, False),
        (main, "s3:PutObject", f"{uploads}/imports/1", True),
        (main, "s3:PutObject", f"{uploads}/elsewhere/1", False),
        (main, "s3:GetObject", f"{uploads}/imports/1", False),
        (allocation, "sqs:ReceiveMessage", queue, True),
        (allocation, "sqs:DeleteMessage", queue, True),
        (allocation, "sqs:SendMessage", queue, True),
        (allocation, "s3:GetObject", f"{uploads}/imports/1", True),
        (allocation, "s3:PutObject", f"{uploads}/imports/1", False),
        (allocation, "s3:GetObject", f"arn:aws:s3:::{data['ArtifactsBucket']}/x", False),
        (migration, "secretsmanager:GetSecretValue", data["DBPassword"], True),
        (migration, "sqs:SendMessage", queue, False),
        (migration, "s3:GetObject", f"{uploads}/imports/1", False),
        (main, "iam:PassRole", main, False),
        (
            main,
            "lambda:UpdateFunctionCode",
            f"arn:aws:lambda:{REGION}:000000000000:function:{app['MainFunction']}",
            False,
        ),
    ]
    for role, action, resource, allowed in wanted:
        answer = emulator.client("iam").simulate_principal_policy(
            PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource]
        )
        decision = answer["EvaluationResults"][0]["EvalDecision"]
        assert (decision == "allowed") is allowed, (role, action, resource, decision)


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
