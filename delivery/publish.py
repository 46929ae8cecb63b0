"""Upload wheel and sdist to a package index, and install the wheel back from there to see that it came whole."""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

UV = str(Path(sys.executable).parent / "uv")


class PublishFailed(Exception):
    """The index refused the release, or gives back another than was sent."""


def publish(dist: Path, url: str, username: str, password: str) -> str:
    """Upload what `make build` left; return the version.

    The same files may be sent again: an interrupted pipeline is simply started anew. Other files of a version that is
    already there are refused.

    Args:
        dist: The folder with one wheel and one sdist.
        url: Where the index takes uploads; its simple index is the folder `simple/` there.
        username: The user.
        password: The user's password or token.
    """
    wheel, sdist = _only(dist, "*.whl"), _only(dist, "*.tar.gz")
    version = wheel.name.split("-")[1]
    simple = f"{url.rstrip('/')}/simple/"
    environment = {**os.environ, "UV_PUBLISH_USERNAME": username, "UV_PUBLISH_PASSWORD": password}
    command = [UV, "publish", "--quiet", "--publish-url", url, "--check-url", _with(simple, username, password)]
    if subprocess.run([*command, str(wheel), str(sdist)], env=environment, check=False).returncode:
        raise PublishFailed(
            f"{version} was not taken. If it is there already with other contents, raise the version in pyproject.toml."
        )
    _install_back(wheel, version, _with(simple, username, password))
    return version


def _only(dist: Path, glob: str) -> Path:
    found = sorted(dist.glob(glob))
    if len(found) != 1:
        raise PublishFailed(f"{dist} must hold one {glob}, but has {len(found)}: run `make clean build` first")
    return found[0]


def _with(url: str, username: str, password: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{quote(username)}:{quote(password)}@{parts.netloc}"))


def _install_back(wheel: Path, version: str, index: str) -> None:
    """Install the version from the index, by the hash of the wheel that was built, without what it depends on."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text(f"hikiate=={version} --hash=sha256:{_sha256(wheel)}\n")
        environment = Path(folder) / "environment"
        subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, str(environment)], check=True)
        source = ["--default-index", index, "--only-binary", "hikiate", "--no-cache"]
        wanting = ["--no-deps", "--require-hashes", "--requirements", str(wanted)]
        install = [UV, "pip", "install", "--quiet", "--python", str(environment), *source, *wanting]
        if subprocess.run(install, check=False).returncode:
            raise PublishFailed(f"the index doesn't give back the wheel of {version} that was sent")


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main() -> None:
    """Publish what is in a folder, to where and as whom the environment says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dist", type=Path)
    arguments = parser.parse_args()
    names = ("UV_PUBLISH_URL", "UV_PUBLISH_USERNAME", "UV_PUBLISH_PASSWORD")
    if missing := [name for name in names if not os.environ.get(name)]:
        sys.exit(f"{', '.join(missing)}: not set; say where the wheel goes, and as whom")
    try:
        print("published", publish(arguments.dist, *(os.environ[name] for name in names)))
    except PublishFailed as refused:
        sys.exit(str(refused))


if __name__ == "__main__":
    main()
