"""The whole delivery: `make rehearse`. A clean clone through both pipelines, up to two accounts on the emulator.

What stands in for what: a clone for the connection to GitHub, this machine for CodeBuild's and Jenkins's, pypiserver
for CodeArtifact and Artifactory, MiniStack with a PostgreSQL for each account. The verbs are the real ones.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
import snapshot_restore_py
import yaml
from deployed import TOOLS
from machines import CREDENTIALS, aws, postgres
from projects import ROOT
from services import client_of

from delivery.codepipeline import Run
from delivery.index import serve
from delivery.jenkins import Credential, Job
from delivery.jenkins import run as run_jenkins
from delivery.reports import read_tests
from delivery.standins import advisories, code_artifact
from delivery.template import load

DOMAIN, REPOSITORY, TOKEN = "hikiate-packages", "hikiate", "t0ken-of-the-rehearsal"
UPSTREAM = os.environ.get("UV_DEFAULT_INDEX", "https://pypi.org/simple/")
AWS_COMMAND = "awscli==1.46.3"


class Index(NamedTuple):
    """A package index: where it takes uploads, and where it keeps them."""

    url: str
    packages: Path


class Account(NamedTuple):
    """An AWS account, with a network and a database in it."""

    name: str
    url: str
    folder: Path

    def outputs(self, stack: str) -> dict[str, str]:
        """Return what a stack says."""
        found = client_of(self.url, "cloudformation").describe_stacks(StackName=f"hikiate-{self.name}-{stack}")
        return {output["OutputKey"]: output["OutputValue"] for output in found["Stacks"][0].get("Outputs", ())}

    def serves(self) -> str:
        """Return the version that the deployed console names, once the API behind it answers."""
        api = f"{self.url}/restapis/{self.outputs('api')['Api']}/v1/_user_request_"
        assert httpx.get(f"{api}/health", timeout=60).status_code == 200
        assert httpx.get(f"{api}/orders", timeout=60).status_code == 401
        bucket = self.outputs("web")["ConsoleBucket"]
        config = client_of(self.url, "s3").get_object(Bucket=bucket, Key="config.json")["Body"].read()
        return str(json.loads(config)["version"])


@contextmanager
def account(name: str, address: str, folder: Path) -> Iterator[Account]:
    """Provide an account: network and data are deployed beforehand, since a database can't come with the emulator."""
    for part in ("aws", "database", "dist/aws", "dist/console"):
        (folder / part).mkdir(parents=True)
    # No zip is needed for what is deployed here, but a deployment wants to see a whole build.
    keys = ("MainCodeKey", "AllocationCodeKey", "ModelsLayerKey", "DatabaseLayerKey", "SchemasLayerKey")
    (folder / "dist/aws/parameters.json").write_text(json.dumps(dict.fromkeys(keys, "none.zip")))
    (folder / "dist/aws/none.zip").touch()
    (folder / "dist/console/index.html").touch()
    (folder / "dist/hikiate-0-py3-none-any.whl").touch()
    # What Lambda's Python has and the emulator's lacks.
    (folder / "runtime").mkdir()
    shutil.copy(snapshot_restore_py.__file__, folder / "runtime")
    seen = {
        "PGHOSTADDR": address,
        "HIKIATE_DATABASE_CA_FILE": str(folder / "database" / "authorities.pem"),
        "PYTHONPATH": str(folder / "runtime"),
    }
    with aws(TOOLS, folder / "aws", **seen) as url:
        environment = os.environ | CREDENTIALS | {"AWS_ENDPOINT_URL": url, "CI": "true"}
        environment["PYTHONPATH"] = f"{ROOT}/infra:{ROOT}/tests/infra"
        adapt = "import pathlib, sys, emulator; emulator.adapted_folder(pathlib.Path(sys.argv[1]))"
        subprocess.run([TOOLS, "-c", adapt, folder / "templates"], cwd=ROOT / "infra", env=environment, check=True)
        fill_in(folder / "templates" / "parameters" / f"{name}.yml")
        deploy = [
            "-m", "deployment", "deploy", f"--environment={name}", "--stop-after=data", "--pause-seconds=0.1",
            f"--infra={folder}/templates", f"--dist={folder}/dist",
        ]  # fmt: skip
        subprocess.run([TOOLS, *deploy], cwd=ROOT / "infra", env=environment, check=True)
        made = Account(name, url, folder)
        data = made.outputs("data")
        found = client_of(url, "secretsmanager").get_secret_value(SecretId=data["DBPassword"])
        secret = json.loads(found["SecretString"])
        host, port = data["DatabaseHost"], int(data["DatabasePort"])
        with postgres(folder / "database", host, address=address, port=port) as server:
            server.create(secret["username"], secret["password"])
            yield made


def fill_in(parameters: Path) -> None:
    """Say who hears of alarms, as an operator has to before production is deployed."""
    given = yaml.safe_load(parameters.read_text()) or {}
    given.setdefault("data", {})["AlarmEmail"] = "team@example.com"
    parameters.write_text(yaml.safe_dump(given))


@pytest.fixture(scope="module")
def accounts() -> Iterator[dict[str, Account]]:
    """The two accounts that are delivered to, in a folder that the database's own user may reach."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hikiate-rehearsal-")))
        folder.chmod(0o755)
        yield {
            name: stack.enter_context(account(name, f"127.84.{os.getpid() % 250 + 1}.{number}", folder / name))
            for number, name in enumerate(("staging", "production"), start=1)
        }


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The package index of both pipelines."""
    folder = tmp_path_factory.mktemp("index")
    with serve(folder, "aws", TOKEN, UPSTREAM) as url:
        yield Index(url, folder / "packages")


@pytest.fixture(scope="module")
def told(accounts: dict[str, Account]) -> Iterator[dict[str, str]]:
    """What the verbs are told through the environment, because it is here that they run."""
    ask = "import platform, sys; print('%d.%d' % sys.version_info[:2], platform.machine())"
    asked = subprocess.run([TOOLS, "-c", ask], capture_output=True, text=True, check=True)
    python, machine = asked.stdout.split()
    folder = accounts["staging"].folder.parent
    with advisories({}) as service:
        yield {
            **CREDENTIALS,
            "AUDIT_ARGS": f"--service-url {service}",
            "BUILD_ARGS": f"--python {python} --architecture {'arm64' if machine == 'aarch64' else machine}",
            # Make puts in the environment that is deployed to.
            "DEPLOY_ARGS": f"--infra {folder}/$(ENV)/templates --pause-seconds 0.1 --watch-minutes 0",
            **({"TESTS": os.environ["TESTS"]} if os.environ.get("TESTS") else {}),
        }


def test_code_pipeline_delivers_a_clean_clone_to_production(
    accounts: dict[str, Account],
    index: Index,
    told: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What CodeBuild's image brings.
    image = tmp_path / "image"
    image.mkdir()
    (image / "aws").write_text(f'#!/bin/sh\nexec {ROOT}/.venv/bin/uv tool run --quiet --from {AWS_COMMAND} aws "$@"\n')
    (image / "aws").chmod(0o755)
    monkeypatch.setenv("PATH", str(image), prepend=":")
    place = {"DeployAction": accounts["staging"].url, "DeployProductionAction": accounts["production"].url}
    values = {
        "CodeArtifactDomain.Name": DOMAIN,
        "CodeArtifactRepository.Name": REPOSITORY,
        "CloudFormationExecutionRole.Arn": "arn:aws:iam::000000000000:role/hikiate-CloudFormationExecutionRole",
        "BranchName": branch(),
    }
    with code_artifact(DOMAIN, REPOSITORY, index.url, TOKEN) as front:

        def environment(action: str) -> dict[str, str]:
            account = {"AWS_ENDPOINT_URL": place[action]} if action in place else {}
            return {**told, **account, "AWS_ENDPOINT_URL_CODEARTIFACT": front}

        template = load(ROOT / "infra" / "pipeline.yml", values)
        done = Run(template, ROOT, tmp_path / "run", environment=environment).run()
    show("CodePipeline", done.actions)
    assert done.succeeded, done.actions
    report = done.builds["UnitTestAction"].tests["tests"]
    print(f"{report.tests} tests in {report.seconds:.0f} s, {report.skipped} skipped, {report.properties}")
    assert report.tests > 0
    assert done.builds["UnitTestAction"].coverage["coverage"] > 0
    check_delivered(done.artifacts["BuildOutput"] / "dist", index, accounts)


def test_jenkins_delivers_a_clean_clone_to_production(
    accounts: dict[str, Account], index: Index, told: dict[str, str], tmp_path: Path
) -> None:
    job = Job(
        ROOT / "Jenkinsfile",
        ROOT,
        tmp_path / "jenkins",
        environment={
            **told,
            "BUILD_NUMBER": "2",
            "ARTIFACTORY_PYPI_URL": index.url,
            "HIKIATE_MAIL": "team@example.com",
        },
        credentials={
            "artifactory": Credential(TOKEN, "aws"),
            "aws-credentials": Credential("test", "test", accounts["staging"].url),
            "aws-production": Credential("test", "test", accounts["production"].url),
        },
    )
    (done,) = run_jenkins(job)
    show("Jenkins", done.stages)
    assert done.fault is None
    assert done.result == "SUCCESS"
    report = read_tests((done.output / "junit").rglob("*.xml"))
    assert report.tests > 0
    assert report.failed == 0
    check_delivered(done.output / "archive" / "dist", index, accounts)


def check_delivered(dist: Path, index: Index, accounts: dict[str, Account]) -> None:
    """Check that what was built, and nothing else, is in the index and in both accounts, and serves."""
    (wheel,) = dist.glob("*.whl")
    (sdist,) = dist.glob("*.tar.gz")
    for file in (wheel, sdist):
        assert (index.packages / file.name).read_bytes() == file.read_bytes()
    assert (dist / "sbom.cdx.json").is_file()
    zips = {path.name: path.read_bytes() for path in (dist / "aws").glob("*.zip")}
    assert len(zips) == 5
    for account in accounts.values():
        bucket, client = account.outputs("data")["ArtifactsBucket"], client_of(account.url, "s3")
        for name, contents in zips.items():
            assert client.get_object(Bucket=bucket, Key=name)["Body"].read() == contents
        assert account.serves() == wheel.name.split("-")[1]


def branch() -> str:
    """Return the branch of this tree, which is the one that is delivered."""
    named = ["git", "symbolic-ref", "--short", "HEAD"]
    return subprocess.run(named, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def show(name: str, steps: dict[str, str]) -> None:
    """Print how each step ended."""
    print(f"\n{name}\n" + "\n".join(f"  {step:24} {state}" for step, state in steps.items()), flush=True)
