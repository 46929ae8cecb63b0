"""Test and coverage reports, read the way a pipeline's report reader does."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from junitparser import JUnitXml, Property, TestCase, TestSuite
from junitparser.junitparser import JUnitXmlError


class UnreadableReport(Exception):
    """A report that a reader would refuse."""


@dataclass(frozen=True)
class TestReport:
    """What a reader shows of the files of one report group."""

    __test__ = False  # pytest takes every class named Test… for one of its own

    suites: tuple[str, ...] = ()
    tests: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    failures: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)


def read_tests(files: Iterable[Path]) -> TestReport:
    """Read JUnit XML; refuse a file without suites, a test without a name or time, a failure without a message."""
    suites: list[TestSuite] = []
    for file in files:
        try:
            parsed = JUnitXml.fromfile(str(file))
        except (ET.ParseError, JUnitXmlError) as refused:
            raise UnreadableReport(f"{file.name}: {refused}") from None
        suites += [parsed] if isinstance(parsed, TestSuite) else list(parsed)
    if not suites:
        raise UnreadableReport("no test suite in the report")
    cases = [case for suite in suites for case in suite if isinstance(case, TestCase)]
    failures = {}
    for case in cases:
        if not case.name or case.time is None:
            raise UnreadableReport(f"a test of {case.classname} has no name or no time")
        if case.is_failure or case.is_error:
            failures[f"{case.classname}.{case.name}"] = _message(case)
    return TestReport(
        suites=tuple(suite.name or "" for suite in suites),
        tests=len(cases),
        failed=len(failures),
        skipped=sum(case.is_skipped for case in cases),
        seconds=sum(suite.time or 0.0 for suite in suites),
        failures=failures,
        properties={
            entry.get("name", ""): entry.get("value", "") for suite in suites for entry in suite._elem.iter("property")
        },
    )


def _properties(suite: TestSuite) -> list[Property]:
    # The reader has no types of its own here.
    return list(suite.properties())  # type: ignore[no-untyped-call]


def _message(case: TestCase) -> str:
    message = next((result.message for result in case.result if result.message), None)
    if not message:
        raise UnreadableReport(f"the failure of {case.name} says nothing")
    return str(message)


def read_coverage(file: Path) -> float:
    """Return the share of lines that a Cobertura report says ran, from 0 to 1."""
    try:
        root = ET.parse(file).getroot()  # noqa: S314 - written by our own tests a moment ago
        return float(root.attrib["line-rate"])
    except (ET.ParseError, KeyError, ValueError):
        raise UnreadableReport(f"{file.name} is not a Cobertura report") from None
