"""The Python that compiles what the same Python will run: bytecode is of one minor version."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def find_interpreter(version: str) -> Path:
    """Return an interpreter of a version like `3.13`.

    Raises:
        LookupError: none is on this machine.
    """
    for candidate in _candidates(version):
        if _version(candidate) == version:
            return candidate
    raise LookupError(f"Python {version} is not on this machine; install it, so that python{version} is found.")


def _candidates(version: str) -> Iterator[Path]:
    yield Path(sys.executable)
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    # One that pyenv has installed but does not use in this folder.
    yield from sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))


def _version(interpreter: Path) -> str | None:
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([interpreter, "-I", "-c", program], capture_output=True, text=True)
    return answer.stdout.strip() if answer.returncode == 0 else None
