"""A wheel goes to a real index by its credentials, and comes back the same."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from delivery.index import serve
from delivery.publish import PublishFailed, publish

USER, WORD = "robot", "s3cret-word"
UV = Path(sys.executable).parent / "uv"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel and an sdist of a package that is named like ours but holds one line."""
    return build(tmp_path_factory.mktemp("package"), "answer = 42\n")


def build(folder: Path, source: str) -> Path:
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "hikiate"\nversion = "9.9.9"\nrequires-python = ">=3.11"\n[build-system]\n'
        'requires = ["hatchling>=1.27"]\nbuild-backend = "hatchling.build"\n'
    )
    (folder / "hikiate.py").write_text(source)
    (folder / "README").write_text("x")
    subprocess.run([UV, "build", "--quiet", "--out-dir", folder / "dist", folder], check=True)
    return folder / "dist"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    """An empty index."""
    with serve(tmp_path / "index", USER, WORD) as url:
        yield url


def test_a_build_is_published_once_and_may_be_sent_again(index: str, dist: Path, tmp_path: Path) -> None:
    assert publish(dist, index, USER, WORD) == "9.9.9"
    assert publish(dist, index, USER, WORD) == "9.9.9"
    names = sorted(path.name for path in (tmp_path / "index" / "packages").iterdir())
    assert names == ["hikiate-9.9.9-py3-none-any.whl", "hikiate-9.9.9.tar.gz"]


def test_other_contents_under_the_same_version_are_refused(index: str, dist: Path, tmp_path: Path) -> None:
    publish(dist, index, USER, WORD)
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(PublishFailed, match="raise the version"):
        publish(build(other, "answer = 43\n"), index, USER, WORD)


def test_a_wrong_password_publishes_nothing(index: str, dist: Path, tmp_path: Path) -> None:
    with pytest.raises(PublishFailed, match="was not taken"):
        publish(dist, index, USER, "wrong")
    assert list((tmp_path / "index" / "packages").iterdir()) == []


def test_an_index_that_gives_back_another_wheel_is_noticed(index: str, dist: Path, tmp_path: Path) -> None:
    publish(dist, index, USER, WORD)
    kept = tmp_path / "index" / "packages" / "hikiate-9.9.9-py3-none-any.whl"
    kept.write_bytes(kept.read_bytes() + b"tampered")
    with pytest.raises(PublishFailed):
        publish(dist, index, USER, WORD)


def test_two_wheels_are_one_too_many(tmp_path: Path) -> None:
    for version in ("1", "2"):
        (tmp_path / f"hikiate-{version}-py3-none-any.whl").touch()
    with pytest.raises(PublishFailed, match="must hold one"):
        publish(tmp_path, "http://127.0.0.1:9/", USER, WORD)
