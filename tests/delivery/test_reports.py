"""What `make test REPORTS=…` leaves is what a report reader wants to see."""

import os
import subprocess
from pathlib import Path

import pytest

from delivery.reports import UnreadableReport, read_coverage, read_tests

ROOT = Path(__file__).parents[2]


def test_the_verb_leaves_reports_of_what_passed_and_what_failed(tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text(
        "import pytest\n"
        "def test_wrong() -> None:\n    assert 1 + 1 == 3, 'arithmetic <&> still holds'\n"
        "@pytest.fixture\ndef broken() -> None:\n    raise RuntimeError('no fixture')\n"
        "def test_error(broken: None) -> None: ...\n"
    )
    tests = f"TESTS=tests/domain/test_scenarios.py {tmp_path}/test_broken.py --numprocesses 0"
    # These tests may themselves be measured; what is measured here is not to be mixed with that.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "COV_"))}
    command = ["make", "test", tests, f"REPORTS={tmp_path}/reports"]
    environment = {**clean, "COVERAGE_FILE": f"{tmp_path}/.coverage"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    report = read_tests([tmp_path / "reports" / "junit.xml"])
    assert report.suites == ("hikiate",)
    assert report.tests > report.failed == 2
    assert report.seconds > 0
    messages = sorted(report.failures.values())
    assert "arithmetic <&> still holds" in messages[0]
    assert "no fixture" in messages[1]
    assert {"version", "python", "platform"} <= report.properties.keys()
    assert 0 < read_coverage(tmp_path / "reports" / "coverage.xml") < 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<testsuites/>", "no test suite"),
        ("<testsuite", "junit.xml"),
        ("<report/>", "junit.xml"),
        ("<testsuite><testcase name='t'/></testsuite>", "no name or no time"),
        ("<testsuite><testcase name='t' time='1'><failure/></testcase></testsuite>", "says nothing"),
    ],
)
def test_a_report_that_says_too_little_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "junit.xml"
    file.write_text(text)
    with pytest.raises(UnreadableReport, match=fault):
        read_tests([file])
