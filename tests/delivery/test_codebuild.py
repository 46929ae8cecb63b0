"""The buildspec runner keeps CodeBuild's rules, so that what passes here passes there."""

from pathlib import Path
from typing import Any

import pytest

from delivery.buildspec import InvalidBuildspec, parse
from delivery.codebuild import PRIMARY, Build, run


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


def build(workspace: Path, document: dict[str, Any], **more: Any) -> Build:
    return run(parse({"version": 0.2, **document}), workspace, workspace.parent / "output", **more)


def phases(**commands: list[str]) -> dict[str, Any]:
    return {"phases": {name: {"commands": given} for name, given in commands.items()}}


@pytest.mark.parametrize("shell", ["bash", "/bin/sh"])
def test_exported_variables_and_the_folder_last_from_command_to_command(workspace: Path, shell: str) -> None:
    spec = phases(
        install=["mkdir 'a folder' && cd 'a folder'", 'export WORDS="it\'s two words"'],
        build=['echo "$WORDS" > said', "LOCAL=1"],
    )
    done = build(workspace, {**spec, "env": {"shell": shell, "exported-variables": ["WORDS", "LOCAL"]}})
    assert (workspace / "a folder" / "said").read_text() == "it's two words\n"
    assert done.exported == {"WORDS": "it's two words", "LOCAL": ""}
    assert done.succeeded


def test_a_failed_command_ends_its_phase_and_finally_runs_all_the_same(workspace: Path) -> None:
    document = {"phases": {"build": {"commands": ["touch one", "exit 3", "touch two"], "finally": ["touch three"]}}}
    done = build(workspace, document)
    assert sorted(path.name for path in workspace.iterdir()) == ["one", "three"]
    assert done.phases == {"build": "FAILED"}
    assert done.faults == ["BUILD: a command failed"]


@pytest.mark.parametrize(
    ("failing", "run_then"),
    [
        ("install", ["install"]),
        ("pre_build", ["install", "pre_build"]),
        ("build", ["install", "pre_build", "build", "post_build"]),
        ("post_build", ["install", "pre_build", "build", "post_build"]),
    ],
)
def test_only_a_failed_build_is_followed_by_a_phase_and_that_is_told_of_it(
    workspace: Path, failing: str, run_then: list[str]
) -> None:
    names = ["install", "pre_build", "build", "post_build"]
    spec = phases(**{name: ["false"] if name == failing else [f"touch {name}"] for name in names})
    spec["phases"]["post_build"]["finally"] = ['echo "$CODEBUILD_BUILD_SUCCEEDING" > succeeding']
    done = build(workspace, spec)
    assert list(done.phases) == run_then
    assert not done.succeeded
    if "post_build" in run_then:
        assert (workspace / "succeeding").read_text() == ("0\n" if failing == "build" else "1\n")


def test_a_phase_that_may_fail_lets_the_build_go_on(workspace: Path) -> None:
    document = {
        "phases": {
            "pre_build": {"commands": ["false"], "on-failure": "CONTINUE"},
            "build": {"commands": ["touch built"]},
        }
    }
    done = build(workspace, document)
    assert done.phases == {"pre_build": "FAILED", "build": "SUCCEEDED"}
    assert done.succeeded


def test_a_phase_is_tried_again_as_often_as_it_may(workspace: Path) -> None:
    document = {
        "phases": {"build": {"commands": ["echo >> tries", "[ $(wc -l < tries) = 3 ]"], "on-failure": "RETRY-2"}}
    }
    assert build(workspace, document).succeeded
    assert (workspace / "tries").read_text() == "\n" * 3


def test_secrets_come_by_the_names_asked_for_and_a_missing_one_stops_the_build(workspace: Path) -> None:
    document = {**phases(build=['printf %s "$TOKEN" > token']), "env": {"secrets-manager": {"TOKEN": "robot:token"}}}
    assert build(workspace, document, secrets={"robot:token": "open sesame"}).succeeded
    assert (workspace / "token").read_text() == "open sesame"
    assert build(workspace, document).faults == ["DOWNLOAD_SOURCE: no such secret or parameter: robot:token"]


def test_the_machines_own_variables_do_not_leak_in(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere")
    spec = phases(build=['printf %s "${DATABASE_URL-unset} $EXTRA $CODEBUILD_SRC_DIR_Second" > seen'])
    second = workspace.parent / "second"
    assert build(workspace, spec, environment={"EXTRA": "more"}, sources={"Second": second}).succeeded
    assert (workspace / "seen").read_text() == f"unset more {second}"


def test_artifacts_are_what_the_globs_name(workspace: Path) -> None:
    spec = phases(build=["mkdir -p dist/aws", "touch dist/a.whl dist/aws/b.zip dist/aws/c.log other"])
    artifacts = {
        "files": ["**/*"],
        "base-directory": "dist",
        "exclude-paths": ["**/*.log"],
        "secondary-artifacts": {"Flat": {"files": ["dist/**/*.zip", "other"], "discard-paths": "yes"}},
    }
    done = build(workspace, {**spec, "artifacts": artifacts})
    assert files_of(done.artifacts[PRIMARY]) == ["a.whl", "aws/b.zip"]
    assert files_of(done.artifacts["Flat"]) == ["b.zip", "other"]


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_glob_that_finds_nothing_fails_the_build(workspace: Path) -> None:
    done = build(workspace, {**phases(build=["true"]), "artifacts": {"files": ["dist/*.whl"]}})
    assert done.faults == ["UPLOAD_ARTIFACTS: no matching paths found for dist/*.whl below ."]


def test_reports_are_read_even_when_the_build_failed(workspace: Path) -> None:
    case = '<testcase classname="c" name="t" time="1.5"><failure message="no"/></testcase>'
    report = f'<testsuite name="s" time="1.5">{case}</testsuite>'
    (workspace / "junit.xml").write_text(report)
    done = build(workspace, {**phases(build=["false"]), "reports": {"tests": {"files": ["junit.xml"]}}})
    assert done.tests["tests"].failures == {"c.t": "no"}
    assert done.faults == ["BUILD: a command failed"]


def test_an_absent_or_unreadable_report_fails_the_build(workspace: Path) -> None:
    (workspace / "coverage.xml").write_text("<coverage>")
    reports = {
        "tests": {"files": ["none.xml"]},
        "coverage": {"files": ["coverage.xml"], "file-format": "COBERTURAXML"},
    }
    done = build(workspace, {**phases(build=["true"]), "reports": reports})
    assert done.faults == [
        "reports.tests: no matching paths found for none.xml below .",
        "reports.coverage: coverage.xml is not a Cobertura report",
    ]


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"phases": {"build": {"command": ["make"]}}}, "phases.build.command"),
        ({"phases": {"build": {"commands": [{"echo": "a colon"}]}}}, "phases.build.commands.0"),
        ({"phases": {"test": {"commands": ["make"]}}}, "phases.test"),
        ({"phases": {"build": {"commands": []}}}, "phases.build: no commands"),
        ({"phases": {"build": {"commands": ["make"], "runtime-versions": {"python": 3}}}}, "belongs in install"),
        ({"phases": {"build": {"commands": ["make"], "on-failure": "IGNORE"}}}, "phases.build.on-failure"),
        ({"phases": {"build": {"commands": ["make"]}}, "artifact": {"files": ["x"]}}, "artifact: "),
        ({"phases": {"build": {"commands": ["make"]}}, "env": {"variable": {}}}, "env.variable"),
        ({"phases": {}}, "phases"),
        ({"version": 0.1, "phases": {"build": {"commands": ["make"]}}}, "version"),
    ],
)
def test_a_misspelt_buildspec_is_refused_naming_the_key(document: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidBuildspec, match=fault):
        parse({"version": 0.2, **document})
