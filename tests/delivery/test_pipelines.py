"""Both pipelines, run as they are written, on a small project: the same verbs in order, and nothing past a fault."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from projects import ROOT, project

from delivery.codepipeline import Run
from delivery.jenkins import Credential, Job, Result
from delivery.jenkins import run as run_jenkins
from delivery.template import load

AWS = """#!/bin/sh
case "$1 $2 $4" in
    "codeartifact get-repository-endpoint hikiate-packages") echo http://packages.example/pypi/hikiate/ ;;
    "codeartifact get-authorization-token hikiate-packages") echo t0ken ;;
    *) echo "unexpected: aws $*" >&2; exit 1 ;;
esac
"""
VALUES = {
    "CodeArtifactDomain.Name": "hikiate-packages",
    "CodeArtifactRepository.Name": "hikiate",
    "CloudFormationExecutionRole.Arn": "arn:role",
}


@pytest.fixture
def code_pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Run CodePipeline on a project."""
    image = tmp_path / "image"
    image.mkdir()
    (image / "aws").write_text(AWS)
    (image / "aws").chmod(0o755)
    monkeypatch.setenv("PATH", str(image), prepend=":")

    def run(repository: Path, *, approve: bool = True, **environment: str) -> Run:
        template = load(ROOT / "infra" / "pipeline.yml", VALUES)
        given = {"TRACE": str(tmp_path / "trace"), **environment}
        return Run(
            template, repository, tmp_path / "run", environment=lambda action: given, approve=lambda question: approve
        ).run()

    return run


def jenkins(tmp_path: Path, *repositories: Path, branch: str = "main") -> list[Result]:
    """Run the Jenkinsfile on projects."""
    keys = {"aws-credentials": Credential("s3same", "staging"), "aws-production": Credential("s3same", "production")}
    jobs = [
        Job(
            repository / "Jenkinsfile",
            repository,
            repository.parent / f"jenkins-{repository.name}",
            branch=branch,
            environment={
                "TRACE": str(repository.parent / f"trace-{repository.name}"),
                "AWS_REGION": "ap-northeast-1",
                "ARTIFACTORY_PYPI_URL": "http://artifactory.example/api/pypi/hikiate/",
                "HIKIATE_MAIL": "team@example.com",
            },
            credentials={**keys, "artifactory": Credential("s3same", "robot")},
        )
        for repository in repositories
    ]
    with (tmp_path / "log").open("w") as log:
        done = run_jenkins(*jobs, log=log)
    print((tmp_path / "log").read_text())  # for whoever reads of a failure
    return done


BEFORE_PUBLISHING = ["check", "audit", "version", "build", "sbom", "test"]


def verbs(trace: Path) -> list[str]:
    return [line for line in trace.read_text().splitlines() if not line.startswith("by ")]


def first_words(trace: Path) -> list[str]:
    return [verb.split()[0] for verb in verbs(trace)]


def test_code_pipeline_delivers_what_it_built(code_pipeline: Callable[..., Run], tmp_path: Path) -> None:
    done = code_pipeline(project(tmp_path / "project"))
    assert done.actions == dict.fromkeys(
        [
            "SourceAction", "BuildAction", "UnitTestAction",
            "DeployAction", "ApproveProduction", "DeployProductionAction",
        ],
        "SUCCEEDED",
    )  # fmt: skip
    said = verbs(tmp_path / "trace")
    built = (done.artifacts["BuildOutput"] / "dist" / "aws" / "main.zip").read_text().strip()
    assert said == [
        "check", "audit", "version 1", "build", "sbom",
        f"test of {built}", "publish http://packages.example/pypi/hikiate/",
        f"deploy staging --yes of {built}", f"deploy production --yes of {built}",
    ]  # fmt: skip
    assert "by arn:role" in (tmp_path / "trace").read_text()
    assert done.builds["UnitTestAction"].tests["tests"].tests == 1
    assert done.builds["UnitTestAction"].coverage == {"coverage": 0.9}
    assert len(done.questions) == 1
    assert re.fullmatch(
        r"Deploy 0\.1\.0\.dev1 \(commit [0-9a-f]{40}\), now on staging, to production\?", done.questions[0]
    )


def test_a_broken_test_stops_code_pipeline_before_it_publishes_or_deploys(
    code_pipeline: Callable[..., Run], tmp_path: Path
) -> None:
    done = code_pipeline(project(tmp_path / "project", broken=True))
    assert list(done.actions) == ["SourceAction", "BuildAction", "UnitTestAction"]
    assert not done.succeeded
    assert done.builds["UnitTestAction"].tests["tests"].failures == {"c.t": "broken"}
    assert [verb.split()[0] for verb in verbs(tmp_path / "trace")] == [
        "check",
        "audit",
        "version",
        "build",
        "sbom",
        "test",
    ]


def test_without_approval_production_stays_as_it_is(code_pipeline: Callable[..., Run], tmp_path: Path) -> None:
    done = code_pipeline(project(tmp_path / "project"), approve=False)
    assert done.actions["ApproveProduction"] == "FAILED"
    assert not [verb for verb in verbs(tmp_path / "trace") if "production" in verb]


def test_a_deployment_that_fails_on_staging_is_not_offered_to_production(
    code_pipeline: Callable[..., Run], tmp_path: Path
) -> None:
    done = code_pipeline(project(tmp_path / "project"), NO_DEPLOYMENT="yes")
    assert done.actions["DeployAction"] == "FAILED"
    assert done.questions == []


def test_jenkins_delivers_what_it_built_and_stops_at_a_broken_test(tmp_path: Path) -> None:
    sound, broken = project(tmp_path / "sound"), project(tmp_path / "broken", broken=True)
    done, stopped = jenkins(tmp_path, sound, broken)

    assert done.fault is None
    assert done.result == "SUCCESS"
    assert set(done.stages.values()) == {"SUCCESS"}
    built = (done.output / "archive" / "dist" / "aws" / "main.zip").read_text().strip()
    assert verbs(tmp_path / "trace-sound") == [
        "check", "audit", "version 1", "build", "sbom",
        f"test of {built}", "publish http://artifactory.example/api/pypi/hikiate/",
        f"deploy staging --yes of {built}", f"deploy production --yes of {built}",
    ]  # fmt: skip
    by = [line for line in (tmp_path / "trace-sound").read_text().splitlines() if line.startswith("by ")]
    assert by == ["by staging", "by production"]
    assert (done.output / "junit" / "reports" / "junit.xml").is_file()
    assert (done.output / "coverage" / "reports" / "coverage.xml").is_file()
    assert len(done.approvals) == 1

    assert stopped.result == "FAILURE"
    assert stopped.stages["Test"] == "FAILURE"
    assert {stopped.stages[name] for name in ("Publish", "Deploy", "Deploy to production")} == {"SKIPPED"}
    assert [verb.split()[0] for verb in verbs(tmp_path / "trace-broken")] == [
        "check",
        "audit",
        "version",
        "build",
        "sbom",
        "test",
    ]
    assert (stopped.output / "junit" / "reports" / "junit.xml").is_file()
    assert [mail["to"] for mail in stopped.mails] == ["team@example.com"]


def test_jenkins_only_builds_and_tests_another_branch(tmp_path: Path) -> None:
    (done,) = jenkins(tmp_path, project(tmp_path / "topic"), branch="topic")
    assert done.result == "SUCCESS"
    assert [verb.split()[0] for verb in verbs(tmp_path / "trace-topic")] == [
        "check",
        "audit",
        "version",
        "build",
        "sbom",
        "test",
    ]


def test_every_verb_of_the_pipelines_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for name in ("Jenkinsfile", "buildspec.yml", "buildspec-test.yml", "buildspec-deploy.yml"):
        text = (ROOT / name).read_text()
        for words in re.findall(r"\bmake ([a-z][a-z ]*[a-z])", text):
            assert set(words.split()) <= targets, name
