"""Run a buildspec on this machine the way CodeBuild would: one environment, phases in order, reports, artifacts."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from delivery.buildspec import PHASES, Buildspec, Files, Phase, PhaseName, ReportGroup
from delivery.reports import TestReport, UnreadableReport, read_coverage, read_tests

# What a build takes from the machine it runs on: where programs and packages are, and nothing else.
MACHINE = ("PATH", "HOME", "LANG", "TMPDIR", "PIP_", "UV_", "NPM_", "SSL_", "NODE_")
PRIMARY = ""


class BuildFailed(Exception):
    """A step of the build that can't be gone past."""


@dataclass
class Build:
    """What is left of a build when it is over."""

    phases: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    exported: dict[str, str] = field(default_factory=dict)
    tests: dict[str, TestReport] = field(default_factory=dict)
    coverage: dict[str, float] = field(default_factory=dict)
    artifacts: dict[str, Path] = field(default_factory=dict)

    @property
    def succeeded(self) -> bool:
        """Return whether a pipeline goes on after this build."""
        return not self.faults


def run(
    spec: Buildspec,
    workspace: Path,
    output: Path,
    *,
    environment: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    sources: Mapping[str, Path] | None = None,
) -> Build:
    """Run a buildspec in its checked-out source.

    Args:
        spec: The buildspec.
        workspace: The source; commands begin there and may change it.
        output: An empty folder for artifacts, one folder in it for each set.
        environment: What the project and the pipeline's action add.
        secrets: What Secrets Manager and Parameter Store hold, by the names that the buildspec asks for.
        sources: The secondary inputs by name.
    """
    build = Build()
    shell = _Shell(spec.env.shell, workspace, output.with_suffix(".environment"))
    try:
        shell.environment |= _machine() | spec.env.variables | _fetch(spec, secrets or {}) | dict(environment or {})
    except BuildFailed as refused:
        build.faults.append(f"DOWNLOAD_SOURCE: {refused}")
        return build
    shell.environment |= {"CI": "true", "CODEBUILD_SRC_DIR": str(workspace), "CODEBUILD_BUILD_SUCCEEDING": "1"}
    shell.environment |= {f"CODEBUILD_SRC_DIR_{name}": str(path) for name, path in (sources or {}).items()}
    for name in PHASES:
        if name not in spec.phases or not _reached(name, build):
            continue
        good = any(_run_phase(name, spec.phases[name], shell) for _ in range(spec.phases[name].tries))
        build.phases[name] = "SUCCEEDED" if good else "FAILED"
        if not good and spec.phases[name].on_failure != "CONTINUE":
            build.faults.append(f"{name.upper()}: a command failed")
            shell.environment["CODEBUILD_BUILD_SUCCEEDING"] = "0"
        print(f"[Container] Phase complete: {name.upper()} State: {build.phases[name]}", flush=True)
    build.exported = {name: shell.value(name) for name in spec.env.exported_variables}
    _read_reports(spec, workspace, build)
    _collect(spec, workspace, output, build)
    shell.close()
    return build


def _machine() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.upper().startswith(MACHINE)}


def _fetch(spec: Buildspec, secrets: Mapping[str, str]) -> dict[str, str]:
    wanted = spec.env.parameter_store | spec.env.secrets_manager
    if missing := sorted(set(wanted.values()) - set(secrets)):
        raise BuildFailed(f"no such secret or parameter: {', '.join(missing)}")
    return {name: secrets[key] for name, key in wanted.items()}


def _reached(name: PhaseName, build: Build) -> bool:
    # After a failed build the clean-up in post_build still runs; after a failed preparation nothing does.
    failed = [phase for phase, state in build.phases.items() if state == "FAILED"] if build.faults else []
    return not failed or (name == "post_build" and failed == ["build"])


def _run_phase(name: str, phase: Phase, shell: "_Shell") -> bool:
    print(f"[Container] Entering phase {name.upper()}", flush=True)
    # The first command that fails ends the phase; `finally` runs whatever became of them.
    good = all(shell.run(command) for command in phase.commands)
    return all(shell.run(command) for command in phase.finally_) and good


class _Shell:
    """A shell that keeps its exported variables and its folder from one command to the next."""

    def __init__(self, program: str, folder: Path, state: Path) -> None:
        self.program, self.folder, self.state = program, folder, state
        self.environment: dict[str, str] = {}
        self.close()

    def run(self, command: str) -> bool:
        print(f"[Container] Running command {command}", flush=True)
        load = f'if [ -f "{self.state}" ]; then . "{self.state}" && cd "$PWD"; fi'
        # The phases' own marker is ours to set, not the saved state's.
        mark = f"export CODEBUILD_BUILD_SUCCEEDING={self.environment['CODEBUILD_BUILD_SUCCEEDING']}"
        keep = f"trap 'status=$?; export -p > \"{self.state}\"; exit $status' EXIT"
        script = f"{load}\n{mark}\n{keep}\n{command}\n"
        done = subprocess.run(
            [self.program, "-c", script], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            print(f"[Container] Command did not exit successfully: exit status {done.returncode}", flush=True)
        return done.returncode == 0

    def value(self, name: str) -> str:
        script = f'if [ -f "{self.state}" ]; then . "{self.state}"; fi\nprintf %s "${{{name}-}}"'
        done = subprocess.run(
            [self.program, "-c", script], cwd=self.folder, env=self.environment, capture_output=True, check=True
        )
        return done.stdout.decode()

    def close(self) -> None:
        self.state.unlink(missing_ok=True)


def _read_reports(spec: Buildspec, workspace: Path, build: Build) -> None:
    # Like artifacts, reports are looked for even when the build failed: that is when they are wanted most.
    for name, group in spec.reports.items():
        try:
            files = [file for _, file in _matching(group, workspace)]
            if group.file_format == "JUNITXML":
                build.tests[name] = read_tests(files)
            else:
                build.coverage[name] = sum(map(read_coverage, files)) / len(files)
        except (BuildFailed, UnreadableReport) as refused:
            build.faults.append(f"reports.{name}: {refused}")


def _collect(spec: Buildspec, workspace: Path, output: Path, build: Build) -> None:
    declared = spec.artifacts
    sets: dict[str, Files] = dict(declared.secondary_artifacts)
    if declared.files:
        sets[PRIMARY] = Files.model_validate(declared.model_dump(exclude={"secondary_artifacts"}, by_alias=True))
    for name, files in sets.items():
        folder = output / (name or "primary")
        try:
            for kept, file in _matching(files, workspace):
                target = folder / (kept.name if files.discard_paths else kept)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, target)
        except BuildFailed as refused:
            build.faults.append(f"UPLOAD_ARTIFACTS: {refused}")
        else:
            build.artifacts[name] = folder


def _matching(files: Files | ReportGroup, workspace: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each file that the globs name, with its path below the base folder; every glob must find one."""
    base = workspace / files.base_directory
    excluded = {file for glob in getattr(files, "exclude_paths", []) for file in base.glob(glob)}
    for glob in files.files:
        found = [file for file in sorted(base.glob(glob)) if file.is_file() and file not in excluded]
        if not found:
            raise BuildFailed(f"no matching paths found for {glob} below {files.base_directory}")
        yield from ((file.relative_to(base), file) for file in found)
