"""Run a pipeline as its template describes it: stage by stage, each action on what the actions before handed on."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from delivery import buildspec, codebuild
from delivery.template import Template


class InvalidPipeline(Exception):
    """The pipeline asks for something that no action before it gives, or that isn't known here."""


@dataclass
class Run:
    """A run of the pipeline, and what is left of it."""

    template: Template
    repository: Path
    folder: Path
    environment: Callable[[str], Mapping[str, str]] = lambda action: {}
    approve: Callable[[str], bool] = lambda question: True
    actions: dict[str, str] = field(default_factory=dict)
    builds: dict[str, codebuild.Build] = field(default_factory=dict)
    artifacts: dict[str, Path] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        """Return whether every action did."""
        return all(state == "SUCCEEDED" for state in self.actions.values())

    def run(self) -> "Run":
        """Run the stages in order; stop after the first action that fails."""
        (pipeline,) = self.template.of_type("AWS::CodePipeline::Pipeline").values()
        for stage in pipeline["Stages"]:
            for action in sorted(stage["Actions"], key=lambda action: action.get("RunOrder", 1)):
                good = self._act(action)
                self.actions[action["Name"]] = "SUCCEEDED" if good else "FAILED"
                print(f"[Pipeline] {stage['Name']}: {action['Name']} {self.actions[action['Name']]}", flush=True)
                if not good:
                    return self
        return self

    def _act(self, action: dict[str, Any]) -> bool:
        kinds = {"CodeStarSourceConnection": self._fetch, "CodeBuild": self._build, "Manual": self._ask}
        provider = action["ActionTypeId"]["Provider"]
        if provider not in kinds:
            raise InvalidPipeline(f"{action['Name']}: provider {provider} is not known here")
        for artifact in _names(action, "InputArtifacts"):
            if artifact not in self.artifacts:
                raise InvalidPipeline(f"{action['Name']} takes {artifact}, which no action before it gives")
        configuration = self.template.resolve(action.get("Configuration", {}))
        return kinds[provider](action, {name: self._fill(text) for name, text in configuration.items()})

    def _fill(self, text: str) -> str:
        def value(found: re.Match[str]) -> str:
            if found[1] not in self.variables:
                raise InvalidPipeline(f"no action before it gives #{{{found[1]}}}")
            return self.variables[found[1]]

        return re.sub(r"#\{([^}]+)\}", value, text)

    def _fetch(self, action: dict[str, Any], configuration: dict[str, str]) -> bool:
        (output,) = _names(action, "OutputArtifacts")
        source = self.folder / output
        branch = configuration["BranchName"]
        clone = ["git", "clone", "--quiet", "--no-hardlinks", "--branch", branch, str(self.repository), str(source)]
        subprocess.run(clone, check=True)
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=source, capture_output=True, text=True, check=True)
        if "Namespace" in action:
            self.variables[f"{action['Namespace']}.CommitId"] = commit.stdout.strip()
            self.variables[f"{action['Namespace']}.BranchName"] = branch
        self.artifacts[output] = source
        return True

    def _build(self, action: dict[str, Any], configuration: dict[str, str]) -> bool:
        project = self._project(configuration["ProjectName"])
        inputs = _names(action, "InputArtifacts")
        primary = configuration.get("PrimarySource", inputs[0])
        if len(inputs) > 1 and "PrimarySource" not in configuration:
            raise InvalidPipeline(f"{action['Name']}: several inputs need a PrimarySource")
        place = self.folder / action["Name"]
        # Every build has a machine of its own: it gets copies, and what it changes is gone afterwards.
        copies = {name: shutil.copytree(self.artifacts[name], place / name, symlinks=True) for name in inputs}
        given = {entry["Name"]: entry["Value"] for entry in project["Environment"].get("EnvironmentVariables", [])}
        given |= {
            entry["name"]: entry["value"] for entry in json.loads(configuration.get("EnvironmentVariables", "[]"))
        }
        about = {
            "CODEBUILD_BUILD_NUMBER": "1",
            "CODEBUILD_INITIATOR": "codepipeline/rehearsal",
            "CODEBUILD_RESOLVED_SOURCE_VERSION": self.variables.get("SourceVariables.CommitId", ""),
        }
        workspace = copies.pop(primary)
        build = codebuild.run(
            buildspec.read(workspace / project["Source"]["BuildSpec"]),
            workspace,
            place / "artifacts",
            environment={**about, **given, **self.environment(action["Name"])},
            sources=copies,
        )
        self.builds[action["Name"]] = build
        for fault in build.faults:
            print(f"[Pipeline] {action['Name']}: {fault}", flush=True)
        for output in _names(action, "OutputArtifacts"):
            if build.succeeded:
                self.artifacts[output] = build.artifacts[codebuild.PRIMARY]
        if "Namespace" in action:
            self.variables |= {f"{action['Namespace']}.{name}": value for name, value in build.exported.items()}
        return build.succeeded

    def _project(self, name: str) -> dict[str, Any]:
        projects = self.template.of_type("AWS::CodeBuild::Project")
        if name not in projects:
            raise InvalidPipeline(f"no CodeBuild project {name} in the template")
        resolved: dict[str, Any] = self.template.resolve(projects[name])
        return resolved

    def _ask(self, action: dict[str, Any], configuration: dict[str, str]) -> bool:
        self.questions.append(configuration["CustomData"])
        return self.approve(configuration["CustomData"])


def _names(action: dict[str, Any], key: str) -> list[str]:
    return [artifact["Name"] for artifact in action.get(key, [])]
