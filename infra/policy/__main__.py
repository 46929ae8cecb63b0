"""Checks all templates: by the rules of this folder, then by checkov's, each exception of which has its reason."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from policy import access, functions, joints, keeping, pages, routes
from policy.templates import INFRA, KINDS, Json, resources, unrolled, walk

RULES = (*access.RULES, *keeping.RULES, *functions.RULES, *joints.RULES, *routes.RULES, *pages.RULES)
SCANNED = (*KINDS, "pipeline")
"""What checkov reads; the pipeline, which is no part of an environment, has tests of its own for the rest."""
_CHECKOV = Path(sys.executable).with_name("checkov")


def findings() -> Iterator[str]:
    """Yield all that the templates do not keep to."""
    templates = {kind: unrolled(kind) for kind in KINDS}
    for kind, template in templates.items():
        yield from broken(kind, template)
        yield from (f"{kind}: {fault}" for fault in joints.bodies_fit((INFRA / f"{kind}.yml").read_text()))
    for kind in SCANNED:
        yield from (f"{kind}: {fault}" for fault in unexplained(unrolled(kind)))
    yield from joints.imports_are_exported(templates)


def broken(kind: str, template: Json) -> Iterator[str]:
    """Yield the rules that a template breaks, and where."""
    for rule in RULES:
        yield from (f"{kind}: {rule.__name__}: {fault}" for fault in rule(template))


def unexplained(template: Json) -> Iterator[str]:
    """Yield the exceptions from checkov's rules that give no reason."""
    for name, body in resources(template).items():
        for part in walk(body.get("Metadata", {})):
            for skipped in part.get("skip", []):
                if len(skipped.get("comment", "")) < 20:
                    yield f"{name} skips {skipped['id']} without saying why"


def scan(kinds: tuple[str, ...] = SCANNED) -> str:
    """Run checkov over the templates, which reads no loops; return what it found, empty for nothing."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            (Path(folder) / f"{kind}.json").write_text(json.dumps(unrolled(kind), indent=1))
        # Without --skip-download it would ask its vendor for more rules.
        quietly = ["--framework", "cloudformation", "--skip-download", "--compact", "--quiet"]
        done = subprocess.run([str(_CHECKOV), "--directory", folder, *quietly], capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    found = list(findings())
    print("\n".join(found) or f"{len(RULES)} rules: nothing found in {', '.join(KINDS)}")
    scanned = scan()
    print(scanned or f"checkov: nothing found in {', '.join(SCANNED)}")
    return 1 if found or scanned else 0


if __name__ == "__main__":
    sys.exit(main())
