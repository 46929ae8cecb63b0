"""The Jenkinsfile runner keeps the rules of declarative pipelines, so that what passes here passes there."""

import subprocess
from pathlib import Path
from typing import Any

import psutil
import pytest

from delivery.jenkins import Credential, Job, Result, run


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one file."""
    folder = tmp_path_factory.mktemp("repository")
    (folder / "file").write_text("contents")
    for command in ("init --quiet", "add file", "-c user.name=a -c user.email=a@example.com commit --quiet -m one"):
        subprocess.run(["git", *command.split()], cwd=folder, check=True)
    return folder


WHOLE = """
pipeline {
    agent none
    triggers { githubPush() }
    options {
        timeout(time: 1, unit: 'HOURS')
        disableConcurrentBuilds()
        buildDiscarder(logRotator(numToKeepStr: '5'))
    }
    stages {
        stage('Work') {
            agent { label 'any' }
            stages {
                stage('Source') { steps { checkout scm } }
                stage('Build') {
                    environment { NAME = "number ${env.BUILD_NUMBER}" }
                    steps {
                        sh 'mkdir -p dist/deep reports; cp file dist/deep/file; echo "$NAME $CI_SERVER" > dist/name'
                        sh 'echo "<testsuite/>" > reports/junit.xml'
                        archiveArtifacts artifacts: 'dist/**', fingerprint: true
                        stash name: 'dist', includes: 'dist/**'
                    }
                    post { always { junit 'reports/*.xml' } }
                }
                stage('Publish') {
                    when { branch 'main' }
                    steps {
                        withCredentials([usernamePassword(
                            credentialsId: 'index', usernameVariable: 'WHO', passwordVariable: 'WORD'
                        )]) { sh 'test "$WHO" = robot; echo "secret: $WORD"; echo $WORD | wc -c > length' }
                        sh 'test -z "$WORD"'
                    }
                }
                stage('Elsewhere') {
                    when { branch 'other' }
                    steps { sh 'exit 1' }
                }
            }
            post { cleanup { cleanWs() } }
        }
        stage('Production') {
            when {
                branch 'main'
                beforeInput true
            }
            input { message 'Really?' }
            agent { label 'any' }
            environment { TOKEN = credentials('index') }
            steps {
                unstash 'dist'
                sh 'test "$TOKEN_USR:$TOKEN_PSW" = "$TOKEN"; ls -A > there; cat dist/name'
                withAWS(credentials: 'aws', region: env.REGION) {
                    sh 'echo "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_REGION" > aws'
                }
            }
        }
    }
    post {
        success { mail to: env.MAIL, subject: "${currentBuild.currentResult}", body: 'done' }
        failure { mail to: env.MAIL, subject: "${currentBuild.currentResult}", body: 'not done' }
    }
}
"""
MORE: dict[str, Any] = {
    "environment": {"CI_SERVER": "jenkins", "MAIL": "team@example.com", "REGION": "eu-west-1"},
    "credentials": {"index": Credential("s3same", "robot"), "aws": Credential("key's secret", "AKIA")},
}


def stage(inside: str, before: str = "agent any") -> str:
    return f"pipeline {{\n {before}\n stages {{ stage('S') {{ {inside} }} }} }}"


FAULTS = {
    "no agent": (stage("steps { sh 'x' }", ""), "needs an 'agent'"),
    "no stages": ("pipeline { agent any }", "needs 'stages'"),
    "no pipeline": ("node { sh 'x' }", "node"),
    "a misspelt block": (stage("step { sh 'x' }"), "'step' is not known in stage 'S'"),
    "a misspelt step": (stage("steps { shell 'x' }"), "'shell' is not known in steps"),
    "a misspelt step, after the end": (stage("steps { sh 'x' }\n post { always { jnit 'x' } }"), "'jnit'"),
    "a misspelt argument": (stage("steps { archiveArtifacts artefacts: 'x' }"), "doesn't take artefacts"),
    "a missing argument": (stage("steps { withAWS(region: 'x') { sh 'x' } }"), "needs credentials"),
    "a misspelt condition": (stage("steps { sh 'x' }\n post { allways { sh 'x' } }"), "'allways'"),
    "a misspelt option": (stage("steps { sh 'x' }", "agent any\n options { timeOut(time: 1) }"), "'timeOut'"),
    "an unknown unit": (stage("steps { timeout(time: 1, unit: 'HOUR') { sh 'x' } }"), "unit must be one of"),
    "an outer block's word inside": (stage("steps { agent any }"), "'any' in steps"),
    "no steps": (stage("agent any"), "needs either steps or stages"),
    "an unset variable": (stage('steps { echo "${NOWHERE}" }'), "no variable 'NOWHERE'"),
    "not Groovy": ("pipeline { agent any", "Unexpected input"),
}


RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "whole": (WHOLE, {}),
    "rejected": (WHOLE, {"approve": False}),
    "another branch": (WHOLE, {"branch": "topic"}),
    "failing": (WHOLE.replace("mkdir -p", "exit 3; mkdir -p"), {}),
    "hanging": (stage("steps { timeout(time: 2, unit: 'SECONDS') { sh 'sleep 600 & echo $! > child; wait' } }"), {}),
    "homeless": (stage("steps { sh 'true' }", "agent none"), {}),
} | {name: (text, {}) for name, (text, _) in FAULTS.items()}


@pytest.fixture(scope="module")
def results(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Every run of these tests, made in one Java because its start is what takes time."""
    folder = tmp_path_factory.mktemp("builds")
    jobs = []
    for number, (text, more) in enumerate(RUNS.values()):
        file = folder / f"Jenkinsfile{number}"
        file.write_text(text)
        jobs.append(Job(file, repository, folder / str(number), **MORE, **more))
    with (folder / "log").open("w") as log:
        done = run(*jobs, log=log)
    return dict(zip(RUNS, done, strict=True))


@pytest.fixture
def whole(results: dict[str, Result]) -> Result:
    """The run in which all goes well."""
    return results["whole"]


def test_a_pipeline_runs_from_source_to_production(whole: Result) -> None:
    assert whole.fault is None
    assert whole.stages == {
        "Work": "SUCCESS", "Source": "SUCCESS", "Build": "SUCCESS", "Publish": "SUCCESS",
        "Elsewhere": "NOT_BUILT", "Production": "SUCCESS",
    }  # fmt: skip
    assert (whole.output / "archive" / "dist" / "name").read_text() == "number 1 jenkins\n"
    assert (whole.output / "archive" / "dist" / "deep" / "file").read_text() == "contents"
    assert (whole.output / "junit" / "reports" / "junit.xml").is_file()
    assert list((whole.output / "workspace-1").iterdir()) == []
    production = whole.output / "workspace-2"
    assert (production / "there").read_text() == "dist\nthere\n"
    assert (production / "aws").read_text() == "AKIA key's secret eu-west-1\n"
    assert whole.approvals == [{"stage": "Production", "message": "Really?", "approved": True}]
    assert whole.mails == [{"to": "team@example.com", "subject": "SUCCESS", "body": "done"}]


def test_the_log_hides_secrets(whole: Result) -> None:
    log = (whole.output.parent / "log").read_text()
    assert "secret: ****" in log
    assert "s3same" not in log


def test_a_rejected_approval_ends_the_build_before_the_stage(results: dict[str, Result]) -> None:
    done = results["rejected"]
    assert done.result == "ABORTED"
    assert done.stages["Production"] == "ABORTED"
    assert not (done.output / "workspace-2").exists()


def test_another_branch_is_neither_published_nor_asked_about(results: dict[str, Result]) -> None:
    done = results["another branch"]
    assert done.result == "SUCCESS"
    assert (done.stages["Publish"], done.stages["Production"], done.approvals) == ("NOT_BUILT", "NOT_BUILT", [])


def test_a_failed_step_skips_what_follows_and_is_told(results: dict[str, Result]) -> None:
    done = results["failing"]
    assert done.result == "FAILURE"
    assert done.stages == {
        "Work": "FAILURE", "Source": "SUCCESS", "Build": "FAILURE", "Publish": "SKIPPED",
        "Elsewhere": "SKIPPED", "Production": "SKIPPED",
    }  # fmt: skip
    assert not (done.output / "stash").exists()
    assert [mail["subject"] for mail in done.mails] == ["FAILURE"]


def test_a_command_that_hangs_is_ended_with_its_children(results: dict[str, Result]) -> None:
    done = results["hanging"]
    assert done.result == "ABORTED"
    noted = done.output / "workspace-1" / "child"
    if not noted.exists() or not noted.read_text():
        return  # a machine so busy that the time was over before the command had begun
    child = int(noted.read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


def test_a_step_without_an_agent_fails(results: dict[str, Result]) -> None:
    assert results["homeless"].result == "FAILURE"


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_pipeline_is_refused_before_anything_runs(results: dict[str, Result], name: str) -> None:
    done = results[name]
    assert done.result == "INVALID"
    assert FAULTS[name][1] in (done.fault or "")
    assert done.commands == []
