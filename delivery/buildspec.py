"""A CodeBuild buildspec, version 0.2, read strictly: a key that CodeBuild would overlook or refuse is an error here."""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

PhaseName = Literal["install", "pre_build", "build", "post_build"]
PHASES: tuple[PhaseName, ...] = ("install", "pre_build", "build", "post_build")

# YAML reads `yes`, 3.13 and 1 as other than text; CodeBuild takes them as they are written.
Text = Annotated[str, BeforeValidator(lambda value: value if isinstance(value, (str, dict, list)) else str(value))]
Strings = dict[str, Text]


class InvalidBuildspec(Exception):
    """The buildspec is not one that CodeBuild would run as it is meant."""


def _dashed(name: str) -> str:
    return name.replace("_", "-")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=_dashed, frozen=True)


class Environment(_Section):
    """What the commands find in their environment, and what is told to the pipeline afterwards."""

    shell: Literal["bash", "/bin/sh"] = "/bin/sh"
    variables: Strings = {}
    parameter_store: Strings = {}
    secrets_manager: Strings = {}
    exported_variables: list[str] = []
    git_credential_helper: bool = False


class Phase(_Section):
    """Commands, each of which must succeed, and those that run whatever became of the first."""

    runtime_versions: Strings = {}
    commands: list[str] = []
    # A YAML key that Python can't have as a name.
    finally_: list[str] = Field(default=[], alias="finally")
    on_failure: Annotated[str, Field(pattern=r"^(ABORT|CONTINUE|RETRY(-\d+)?)$")] = "ABORT"

    @property
    def tries(self) -> int:
        """Return how often the phase may run; CodeBuild's plain RETRY means three times more."""
        if not self.on_failure.startswith("RETRY"):
            return 1
        return 1 + int(self.on_failure.partition("-")[2] or 3)


class ReportGroup(_Section):
    """Files that CodeBuild reads into a report group."""

    files: list[str] = Field(min_length=1)
    base_directory: str = "."
    discard_paths: bool = False
    file_format: Literal["JUNITXML", "COBERTURAXML"] = "JUNITXML"


class Files(_Section):
    """Files, by globs, which the pipeline hands on."""

    files: list[str] = Field(min_length=1)
    name: str | None = None
    base_directory: str = "."
    discard_paths: bool = False
    exclude_paths: list[str] = []


class Artifacts(_Section):
    """The files that a build hands on: one set, or several by name."""

    files: list[str] = []
    name: str | None = None
    base_directory: str = "."
    discard_paths: bool = False
    exclude_paths: list[str] = []
    secondary_artifacts: dict[str, Files] = {}


class Cache(_Section):
    """Folders that the next build finds again."""

    paths: list[str] = Field(min_length=1)
    key: str | None = None
    fallback_keys: list[str] = []


class Buildspec(_Section):
    """A whole buildspec."""

    version: Annotated[float, Field(ge=0.2, le=0.2)]
    env: Environment = Environment()
    phases: dict[PhaseName, Phase] = Field(min_length=1)
    reports: dict[str, ReportGroup] = {}
    artifacts: Artifacts = Artifacts()
    cache: Cache | None = None

    @model_validator(mode="after")
    def _check_phases(self) -> "Buildspec":
        for name, phase in self.phases.items():
            if phase.runtime_versions and name != "install":
                raise ValueError(f"phases.{name}: runtime-versions belongs in install")
            if not (phase.commands or phase.finally_ or phase.runtime_versions):
                raise ValueError(f"phases.{name}: no commands")
        return self


def read(path: Path) -> Buildspec:
    """Read a buildspec file; raise `InvalidBuildspec`, naming each wrong key."""
    return parse(yaml.safe_load(path.read_text()), str(path.name))


def parse(document: Any, name: str = "buildspec") -> Buildspec:
    """Check a buildspec that is already read from YAML."""
    try:
        return Buildspec.model_validate(document)
    except ValidationError as refused:
        faults = (".".join(str(part) for part in fault["loc"]) + ": " + fault["msg"] for fault in refused.errors())
        raise InvalidBuildspec(f"{name}: " + "; ".join(faults)) from None
