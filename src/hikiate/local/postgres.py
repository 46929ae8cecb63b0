"""One PostgreSQL server for one data folder, shared by every program that uses the folder."""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]
import psycopg

if sys.platform == "win32":
    from fasteners.process_mechanism import _interprocess_reader_writer_mechanism

    _try_lock = _interprocess_reader_writer_mechanism.trylock
else:
    import fcntl
    import pwd

    def _try_lock(file: IO[bytes], exclusive: bool) -> bool:
        # Not by fasteners, whose record locks all go when a program closes the file once.
        with suppress(BlockingIOError):
            fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            return True
        return False


_RECOVERY_SECONDS, _ORPHAN_SECONDS = 300, 60
_SYSTEM_USER = "embedded_postgres"
# The first two so that what was acknowledged survives a power cut, whatever an edited configuration file says.
_SETTINGS = (
    "-c fsync=on -c synchronous_commit=on -c shared_buffers=256MB -c max_connections=200 -c max_wal_size=4GB "
    "-c unix_socket_permissions=0700 -c jit=off -c timezone=UTC -c log_min_messages=warning -c log_checkpoints=off"
)


class EmbeddedPostgresError(Exception):
    """Say in one sentence why a folder's database cannot be served and what to do about it."""


class EmbeddedPostgres:
    """Run the database of a data folder for as long as any program uses the folder.

    Each program holds a shared lock in the folder, which the kernel drops however the program ends. Whoever leaves
    and finds no other holder stops the server. A server whose last program was killed waits for the next program.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._data = self._folder / "postgres"
        self._log = self._folder / "postgres.log"
        self._name = "hikiate-" + hashlib.sha256(os.fsencode(self._data)).hexdigest()[:16]
        self._mutex = threading.RLock()
        self._user: IO[bytes] | None = None
        self._owner: tuple[int, int] | None = None
        self.url = ""
        """The database's address, empty before the start and after the stop."""

    def start(self) -> str:
        """Join the folder's users, start the server unless it runs, and return the database's address."""
        with self._mutex, self._sentences():
            try:
                if not self.url:
                    self._folder.mkdir(parents=True, exist_ok=True)
                    with self._locked("start"):
                        self._prepare()
                        self._user = self._locked("users", exclusive=False)
                        self._serve()
            finally:
                if not self.url:
                    self.stop()
            return self.url

    def ensure_running(self) -> None:
        """Start the server again if it died since the start; otherwise do nothing, cheaply."""
        with self._mutex, self._sentences():
            if self.url and self._server() is None:
                with self._locked("start"):
                    self._serve()

    def stop(self) -> None:
        """Leave the folder's users; the last one to leave stops the server."""
        with self._mutex, self._sentences():
            self.url = ""
            if self._user:
                with self._locked("start"):
                    self._user.close()
                    self._user = None
                    with (self._folder / "users.lock").open("ab") as users:
                        if _try_lock(users, True) and self._server():
                            self._run("pg_ctl", "stop", "--silent", "--mode=fast")

    __enter__ = start

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _locked(self, name: str, *, exclusive: bool = True) -> IO[bytes]:
        file = (self._folder / f"{name}.lock").open("ab")
        while not _try_lock(file, exclusive):
            time.sleep(0.02)
        return file

    def _failure(self, reason: object, remedy: str = "") -> EmbeddedPostgresError:
        remedy = remedy or f"put that right and start again, its log is {self._log}"
        return EmbeddedPostgresError(f"The database in {self._folder} cannot run ({reason}): {remedy}.")

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except PackageNotFoundError as error:
            raise self._failure("none is installed", "set DATABASE_URL to the address of a server") from error
        except OSError as error:
            raise self._failure(error.strerror or error, "give it room and access, or choose another folder") from error
        except psycopg.Error as error:
            raise self._failure(str(error).strip().splitlines()[-1]) from error

    def _prepare(self) -> None:
        # Found without importing the package, which warns and takes directories and locks of its own.
        package = distribution("embedded-postgres")
        self._programs = Path(str(package.locate_file("embedded_postgres/pginstall/bin")))
        if sys.platform != "win32" and os.geteuid() == 0:
            self._owner = self._let_owner_in()
        version, version_file = package.version.split(".")[0], self._data / "PG_VERSION"
        if not version_file.exists():
            self._create()
        elif (found := version_file.read_text().strip()) != version:
            remedy = f"choose another folder, or set DATABASE_URL to a PostgreSQL {found} with these data"
            raise self._failure(f"its data are of PostgreSQL {found}, this is {version}", remedy)

    def _let_owner_in(self) -> tuple[int, int]:
        """Give the user that runs the server for root, whom PostgreSQL refuses, a way to the data and the programs."""
        if self._data.exists():
            owner = self._data.stat().st_uid, self._data.stat().st_gid
        else:
            with suppress(OSError):
                subprocess.run(["useradd", "--system", "--no-create-home", _SYSTEM_USER], capture_output=True)
            try:
                owner = pwd.getpwnam(_SYSTEM_USER)[2:4]
            except KeyError as error:
                raise self._failure(f"root needs the user {_SYSTEM_USER} for it", "add that user") from error
        if not (self._programs / "postgres").stat().st_mode & 0o001:
            subprocess.run(["chmod", "-R", "o+rX", self._programs.parent])
        for directory in (self._folder, *self._folder.parents, *self._programs.parents):
            status = directory.stat()
            passage = 0o100 if status.st_uid == owner[0] else 0o001
            if not status.st_mode & passage:
                directory.chmod(status.st_mode & 0o7777 | passage)
        return owner

    def _create(self) -> None:
        # Renamed only when complete, and named anew each time: an initdb whose program was killed may still write.
        for leftover in self._folder.glob("postgres.new-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        new = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=self._folder))
        if self._owner:
            os.chown(new, *self._owner)
        # Trust is enough: only the server's user and root can enter the directory of its socket. Windows has no such
        # directory, there every user of the machine can connect. Collation C.UTF-8 sorts by code point everywhere.
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        self._run("initdb", f"--pgdata={new}", "--username=postgres", "--auth=trust", "--no-instructions", *locale)
        new.rename(self._data)

    def _serve(self) -> None:
        begun = time.monotonic()
        while not ((server := self._server()) and server[-1].strip() == "ready"):
            if server is None:
                with (self._folder / "server.lock").open("ab") as lock:
                    if _try_lock(lock, True):
                        # All processes of a server inherit the lock: none is left now, not even in another container.
                        options = f"--options={_SETTINGS} -c cluster_name={self._name} {self._address()}"
                        self._run("pg_ctl", "start", "--silent", options, inherited=lock.fileno())
                        continue
            if time.monotonic() - begun > (_RECOVERY_SECONDS if server else _ORPHAN_SECONDS):
                raise self._failure("processes of an earlier server still use its data", "end them")
            time.sleep(0.02)
        port, directory, address = server[3:6]
        location = f"?host={quote(directory or address)}&port={port}"
        with psycopg.connect(f"postgresql://postgres@/postgres{location}", autocommit=True) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = 'hikiate'").rowcount:
                connection.execute("CREATE DATABASE hikiate")
        self.url = f"postgresql://postgres@/hikiate{location}"

    def _server(self) -> list[str] | None:
        """Return the lines that the running server wrote about itself, or nothing when none runs."""
        try:
            lines = os.fsdecode((self._data / "postmaster.pid").read_bytes()).splitlines()
            # The number may be another process's by now, so it must bear the name that this folder's server is given.
            return lines if f"cluster_name={self._name}" in psutil.Process(int(lines[0])).cmdline() else None
        except (OSError, IndexError, ValueError, psutil.Error):
            return None

    def _address(self) -> str:
        """Clear and name the place to listen at: always the same, so that open programs find a restarted server."""
        if sys.platform == "win32":
            return f"-c listen_addresses=127.0.0.1 -c port={20000 + int(self._name[-8:], 16) % 10000}"
        directory = self._data
        # A socket's path has room for about a hundred bytes, and a comma or colon would end a host in the address.
        if len(os.fsencode(directory)) > 85 or set(",:") & set(str(directory)):
            directory = Path(tempfile.gettempdir(), self._name)
            directory.mkdir(0o700, exist_ok=True)
            if directory.lstat().st_uid not in (os.geteuid(), self._owner and self._owner[0]):
                raise self._failure(f"{directory} is another user's", "remove it or set TMPDIR")
            if self._owner:
                os.chown(directory, *self._owner)
        # PostgreSQL would heed the process numbers in these files even if they are a zombie's or in use again.
        for stale in (self._data / "postmaster.pid", directory / ".s.PGSQL.5432.lock"):
            stale.unlink(missing_ok=True)
        return "-c listen_addresses= -c port=5432 -c " + shlex.quote(f"unix_socket_directories={directory}")

    def _run(self, program: str, *arguments: str, inherited: int | None = None) -> None:
        """Run one of PostgreSQL's programs; its output goes to the log."""
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        # The data's path goes by the environment because pg_ctl hands its options to a shell.
        surroundings |= {"PGDATA": str(self._data), "PGCTLTIMEOUT": str(_RECOVERY_SECONDS), "LC_ALL": "C"}
        self._log.touch(0o600)
        with self._log.open("a+b") as log:
            beginning = log.seek(0, os.SEEK_END)
            if subprocess.run(
                [shutil.which(program, path=str(self._programs)) or program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=surroundings,
                user=self._owner and self._owner[0],
                group=self._owner and self._owner[1],
                extra_groups=self._owner and [],
                pass_fds=() if inherited is None or sys.platform == "win32" else (inherited,),
                # A Ctrl-C in the terminal is meant for the program, not for the server.
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            ).returncode:
                log.seek(beginning)
                output = log.read().decode(errors="replace")
                reasons = re.findall("(?:ERROR|FATAL|PANIC|error): +(.+)", output) or output.splitlines() or [program]
                raise self._failure(reasons[0])
