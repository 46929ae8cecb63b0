"""A small project with the pipelines of the real one: its verbs only leave a trace."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
VERBS = """\
# Each verb writes its name, and the folder's, into the file TRACE of whoever calls.
.PHONY: check audit version build sbom test publish deploy
check audit version sbom publish:
\t@echo "$@ $(BUILD)$$UV_PUBLISH_URL" | sed 's/ *$$//' >> "$$TRACE"
build:
\t@echo build >> "$$TRACE"
\t@mkdir -p dist/aws && echo "bytes $$$$" > dist/aws/main.zip && echo wheel > dist/hikiate-0.1.0-py3-none-any.whl
test:
\t@echo "test of $$(cat $$HIKIATE_DIST/aws/main.zip)" >> "$$TRACE"
\t@mkdir -p $(REPORTS)
\t@echo '<coverage line-rate="0.9"/>' > $(REPORTS)/coverage.xml
\t@cp junit.xml $(REPORTS)/junit.xml
\t@! grep -q failure junit.xml
deploy:
\t@test -z "$$NO_DEPLOYMENT"
\t@echo "deploy $(ENV) $(ARGS) of $$(cat dist/aws/main.zip)" >> "$$TRACE"
\t@echo "by $$CLOUDFORMATION_ROLE_ARN$$AWS_ACCESS_KEY_ID" >> "$$TRACE"
"""
PASSED = '<testsuite name="s" time="1"><testcase classname="c" name="t" time="1"/></testsuite>'
FAILED = PASSED.replace("/></testsuite>", '><failure message="broken"/></testcase></testsuite>')


def project(folder: Path, *, broken: bool = False) -> Path:
    """Make a repository with the real Jenkinsfile, buildspecs and template, but verbs that take no time."""
    folder.mkdir()
    for name in ("Jenkinsfile", "buildspec.yml", "buildspec-test.yml", "buildspec-deploy.yml"):
        shutil.copy(ROOT / name, folder)
    (folder / "delivery").mkdir()
    shutil.copy(ROOT / "delivery" / "codeartifact.sh", folder / "delivery")
    (folder / "Makefile").write_text(VERBS)
    (folder / "junit.xml").write_text(FAILED if broken else PASSED)
    (folder / ".venv" / "bin").mkdir(parents=True)
    tool = folder / ".venv" / "bin" / "uv"
    tool.write_text("#!/bin/sh\necho 0.1.0.dev1\n")
    tool.chmod(0o755)
    for command in ("init --quiet --initial-branch main", "add --all", "commit --quiet --message one"):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *identity, *command.split()], cwd=folder, check=True)
    return folder
