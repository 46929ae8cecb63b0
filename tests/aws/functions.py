"""A function as Lambda runs it: its zip at /var/task, the layers at /opt, AWS's runtime client, nothing else."""

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from machines import CREDENTIALS, UV, answers, free_port, wait_for

_LIMITS = httpx.Timeout(60)


class Runtime(NamedTuple):
    """The programs that run functions: a Python with what Lambda's has, and the interface emulator."""

    python: Path
    emulator: Path


class FunctionError(Exception):
    """What the function raised, as its caller is told."""

    @property
    def kind(self) -> str:
        """The exception's name."""
        return str(self.args[0].get("errorType"))


class Function:
    """One environment of a function, which serves one event at a time."""

    def __init__(self, address: str, log: Path) -> None:
        self._client = httpx.Client(base_url=address, timeout=_LIMITS)
        self._log = log
        self._invocations = 0

    def __call__(self, event: Any) -> Any:
        """Invoke it.

        Raises:
            FunctionError: it raised, or ran out of time.
        """
        self._invocations += 1
        answer = self._client.post("/2015-03-31/functions/function/invocations", content=json.dumps(event))
        if "timed out" in answer.text and not answer.text.startswith(("{", "[")):
            raise FunctionError({"errorType": "Timeout", "errorMessage": answer.text})
        body = answer.json()
        if isinstance(body, dict) and "errorType" in body:
            raise FunctionError(body)
        return body

    @property
    def log(self) -> str:
        """What it has printed up to its last answer."""
        # What it prints and what it answers take two roads; the second is closed with a line in the first.
        wait_for("REPORT", lambda: self._log.read_text().count("\nREPORT ") >= self._invocations)
        return self._log.read_text()

    def said(self, text: str) -> bool:
        """Tell whether it has printed something, or will before long; one that did not even start can be asked too."""
        return bool(wait_for(text, lambda: text in self._log.read_text()))

    @property
    def events(self) -> list[dict[str, Any]]:
        """What it has logged and measured, one object each."""
        return [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]

    def close(self) -> None:
        """Close the connection to it."""
        self._client.close()


def make_python(folder: Path) -> Path:
    """Make a Python with what Lambda's own has, and nothing else, and return it."""
    export = (
        UV,
        "export",
        "--quiet",
        "--frozen",
        "--only-group=lambda-runtime",
        "--output-file=" + str(folder) + ".txt",
    )
    subprocess.run(export, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    python = folder / "bin" / "python"
    install = (
        UV,
        "pip",
        "install",
        "--quiet",
        f"--python={python}",
        "--require-hashes",
        f"--requirements={folder}.txt",
    )
    subprocess.run([*install, "--compile-bytecode"], check=True)
    return python


def unpack(zips: Path, names: Iterable[str], target: Path) -> Path:
    """Unpack zips over each other."""
    for name in names:
        [zipped] = zips.glob(f"{name}-*.zip")
        with zipfile.ZipFile(zipped) as archive:
            archive.extractall(target)
    return target


@cache
def _has_namespaces() -> bool:
    """Tell whether folders can be laid over /var and /opt for one process alone; its Python must not be there."""
    if shutil.which("unshare") is None or Path(sys.base_prefix).is_relative_to("/opt"):
        return False
    return subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/var"]).returncode == 0


_LAY = (
    "mount -t tmpfs none /var && mkdir -p /var/task /opt && mount --bind {task} /var/task && mount --bind {opt} /opt"
    ' && cd /var/task && exec "$@"'
)


@contextmanager
def running(
    runtime: Runtime, handler: str, task: Path, opt: Path, folder: Path, seconds: int = 60, **environment: str
) -> Iterator[Function]:
    """Run a function until the end of the block; `seconds` is its timeout."""
    lay: list[str] = []
    if _has_namespaces():
        lay = ["unshare", "--mount", "sh", "-c", _LAY.format(task=task, opt=opt), "sh"]
        task, opt = Path("/var/task"), Path("/opt")
    given = {
        "PATH": os.environ["PATH"],
        "LAMBDA_TASK_ROOT": str(task),
        "PYTHONPATH": f"{task}:{opt}/python:{folder}",
        "TZ": ":UTC",
        "_HANDLER": handler,
        "AWS_LAMBDA_FUNCTION_NAME": "function",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(seconds),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "POWERTOOLS_SERVICE_NAME": "hikiate",
        "POWERTOOLS_METRICS_NAMESPACE": "hikiate",
        **CREDENTIALS,
        **environment,
    }
    port, log = free_port(), folder / f"{handler}-{free_port()}.log"
    addresses = (
        f"--runtime-interface-emulator-address=127.0.0.1:{port}",
        f"--runtime-api-address=127.0.0.1:{free_port()}",
    )
    command = [*lay, str(runtime.emulator), *addresses, str(runtime.python), "-m", "awslambdaric", handler]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=given, stdout=output, stderr=output, start_new_session=True)
    try:
        wait_for(handler, lambda: answers(port), process)
        function = Function(f"http://127.0.0.1:{port}", log)
        try:
            yield function
        finally:
            function.close()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
