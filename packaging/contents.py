"""A folder as a zip that depends on nothing but its contents: not on the time, the place, or who makes it."""

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_FILE, _PROGRAM = 0o100644, 0o100755


def files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder by name, the same everywhere."""
    yield from sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.as_posix())


def fingerprint(folder: Path) -> str:
    """Return 16 digits that stand for the names and bytes of all files; how they are compressed plays no part."""
    whole = hashlib.sha256()
    for path in files(folder):
        whole.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def size(folder: Path) -> int:
    """Return the bytes of all files."""
    return sum(path.stat().st_size for path in files(folder))


def write(folder: Path, target: Path) -> None:
    """Write the zip."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _LONG_AGO)
            entry.external_attr = (_PROGRAM if path.suffix == ".so" else _FILE) << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes(), compresslevel=9)
