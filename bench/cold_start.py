"""How large the zips for AWS Lambda are, and how long a cold start takes to import what it needs.

Each handler is imported in a fresh Python that has only what Lambda's has: the zip, the layers, boto3. The median of
several counts, after one that warms the disk's cache; it is processor time, since nothing is waited for and other
work on the machine then plays no part. Prints a table, then JSON.

    .venv/bin/python bench/cold_start.py [--times 15] [--python 3.13] [--without-bytecode]

Budgets are for one core of the machine this was written on, about what a function with 1,769 MB has on Lambda; one
with less gets less of a core, and takes longer in proportion. They are set a quarter above what was measured there on
Python 3.11 while it was busy (3.13 takes a quarter less): what passes them is a new dependency at the top of a module.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "packaging"))

from build import UV, Target, build  # noqa: E402
from interpreters import find_interpreter  # noqa: E402

LAYERS = ("models-layer", "database-layer", "schemas-layer")
BUDGETS_MILLISECONDS = {
    # FastAPI with our routes 300, SQLAlchemy with psycopg and models 200, boto3 and its client 130, Powertools 50.
    ("main", "hikiate.handlers.main"): 1_200,
    # The same without FastAPI.
    ("allocation", "hikiate.handlers.allocation"): 1_000,
    # Alembic is imported when it runs; nobody waits for a migration.
    ("allocation", "hikiate.handlers.migration"): 800,
}
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "HIKIATE_DATABASE_SECRET_ARN": "none",
    "HIKIATE_DATABASE_HOST": "none",
    "HIKIATE_DATABASE_NAME": "none",
    "HIKIATE_QUEUE_URL": "https://none",
    "HIKIATE_UPLOADS_BUCKET": "none",
    "POWERTOOLS_METRICS_NAMESPACE": "hikiate",
    "LAMBDA_TASK_ROOT": "/var/task",
}


def prepare(folder: Path, target: Target) -> dict[str, dict[str, Any]]:
    """Build and unpack the zips, put the runtime's own packages beside them, and return the sizes."""
    built = build(target, folder / "zips")
    for name, zipped in built.items():
        with zipfile.ZipFile(folder / "zips" / zipped.key) as archive:
            archive.extractall(folder / ("opt" if name in LAYERS else name))
    wanted = subprocess.run(
        [UV, "export", "--quiet", "--frozen", "--only-group=lambda-runtime"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    (folder / "runtime.txt").write_text(wanted)
    options = ("--quiet", f"--target={folder / 'runtime'}", f"--python-version={target.python}")
    subprocess.run([UV, "pip", "install", *options, f"--requirements={folder / 'runtime.txt'}"], check=True)
    subprocess.run([find_interpreter(target.python), "-m", "compileall", "-q", folder / "runtime"], check=True)
    return {name: zipped._asdict() for name, zipped in built.items()}


def milliseconds(interpreter: Path, folder: Path, zipped: str, module: str) -> float:
    """Return the processor time that a fresh process takes to import a handler, its own start left out."""
    path = f"{folder / zipped}:{folder / 'opt' / 'python'}:{folder / 'runtime'}"
    program = f"import time; t = time.process_time(); import {module}; print(1000 * (time.process_time() - t))"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **ENVIRONMENT}
    command = [str(interpreter), "-S", "-c", program]
    return float(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Measure and print; exit with 1 if something is over its budget."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--python", default=f"{sys.version_info.major}.{sys.version_info.minor}")
    parser.add_argument("--without-bytecode", action="store_true", help="show what the bytecode in the zips is worth")
    wanted = parser.parse_args()
    target = Target(wanted.python, "arm64" if os.uname().machine == "aarch64" else "x86_64")
    interpreter = find_interpreter(wanted.python).resolve()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sizes = prepare(folder, target)
        if wanted.without_bytecode:
            for name in ("opt", "main", "allocation"):
                for cache in (folder / name).rglob("__pycache__"):
                    shutil.rmtree(cache)
        imports: list[dict[str, Any]] = []
        for (zipped, module), budget in BUDGETS_MILLISECONDS.items():
            milliseconds(interpreter, folder, zipped, module)
            found = sorted(milliseconds(interpreter, folder, zipped, module) for _ in range(wanted.times))
            imports.append({
                "handler": module, "median": round(statistics.median(found)), "fastest": round(found[0]),
                "slowest": round(found[-1]), "budget": budget,
            })  # fmt: skip
    print(f"{'zip':<18}{'zipped MB':>10}{'unzipped MB':>13}")
    for name, size in sizes.items():
        print(f"{name:<18}{size['megabytes']:>10.1f}{size['unzipped_megabytes']:>13.1f}")
    print(f"\n{'import, ms':<32}{'median':>8}{'fastest':>9}{'slowest':>9}{'budget':>8}")
    for row in imports:
        print(f"{row['handler']:<32}{row['median']:>8}{row['fastest']:>9}{row['slowest']:>9}{row['budget']:>8}")
    measured = {"target": target._asdict(), "bytecode": not wanted.without_bytecode, "zips": sizes, "imports": imports}
    print("\n" + json.dumps(measured | {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}))
    raise SystemExit(int(any(row["median"] > row["budget"] for row in imports)))


if __name__ == "__main__":
    main()
