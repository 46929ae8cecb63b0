"""What the zips hold: each module once, the right wheels, nothing twice, and the same bytes each time."""

import json
import struct
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from building import FUNCTIONS, LAYERS, TARGET, build
from machines import ROOT

sys.path.insert(0, str(ROOT / "packaging"))

import build as program
import contents
import manifest

SOURCE = ROOT / "src"
_MACHINES = {"x86_64": 62, "arm64": 183}


def names(zips: Path, zipped: str) -> list[str]:
    """Return the files of a zip."""
    [found] = zips.glob(f"{zipped}-*.zip")
    with zipfile.ZipFile(found) as archive:
        return archive.namelist()


def modules(zips: Path, zipped: str) -> list[str]:
    """Return our modules of a zip, as paths below the package's parent."""
    paths = [name.removeprefix("python/") for name in names(zips, zipped)]
    return [path for path in paths if path.startswith("hikiate/") and path.endswith(".py")]


def test_each_module_is_in_exactly_one_zip(zips: Path) -> None:
    """But for what runs on one machine only, which is in none."""
    packed = Counter(module for zipped in (*LAYERS, *FUNCTIONS) for module in modules(zips, zipped))
    said = manifest.read()
    ours = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py")}
    assert {module for module in ours if said.places(module) != ["elsewhere"]} == set(packed)
    assert set(packed.values()) == {1}


def test_a_module_without_a_place_or_with_two_stops_the_build() -> None:
    said = manifest.read()
    with pytest.raises(ValueError, match=r"hikiate/new\.py goes in no zip"):
        said.sort(["hikiate/new.py"])
    doubled = said._replace(elsewhere=["hikiate/domain/plan.py"])
    with pytest.raises(ValueError, match=r"hikiate/domain/plan\.py goes in models-layer and elsewhere"):
        doubled.sort(["hikiate/domain/plan.py"])


def test_layers_and_functions_are_those_of_the_seed(zips: Path) -> None:
    assert "hikiate/models.py" in modules(zips, "models-layer")
    assert "hikiate/database.py" in modules(zips, "database-layer")
    assert "hikiate/schemas/__init__.py" in modules(zips, "schemas-layer")
    assert "hikiate/handlers/main.py" in modules(zips, "main")
    assert "hikiate/handlers/allocation.py" in modules(zips, "allocation")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_file_of_a_function_hides_one_of_its_layers(zips: Path, function: str) -> None:
    """No dependency is there twice, and nothing that the runtime brings is there at all."""
    held = Counter(name for layer in LAYERS for name in names(zips, layer))
    held.update(f"python/{name}" for name in names(zips, function))
    assert [name for name, times in held.items() if times > 1] == []
    tops = {name.split("/")[1] for name in held}
    assert (
        tops & {"boto3", "botocore", "awslambdaric", "snapshot_restore_py", "six.py", "jwt", "cryptography", "typer"}
        == set()
    )


def test_keys_are_named_by_what_is_in_them(zips: Path, tmp_path: Path) -> None:
    parameters = json.loads((zips / "parameters.json").read_text())
    assert {f"{zipped.parameter}": zipped.name for zipped in manifest.read().zips}.keys() == parameters.keys()
    for zipped in manifest.read().zips:
        key = parameters[zipped.parameter]
        with zipfile.ZipFile(zips / key) as archive:
            archive.extractall(tmp_path / zipped.name)
        assert key == f"{zipped.name}-{contents.fingerprint(tmp_path / zipped.name)}.zip"


def test_the_same_commit_gives_the_same_bytes(zips: Path, tmp_path: Path) -> None:
    build(tmp_path)
    for zipped in zips.glob("*.zip"):
        assert (tmp_path / zipped.name).read_bytes() == zipped.read_bytes(), zipped.name
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in zips.iterdir())


@pytest.mark.parametrize("architecture", sorted(_MACHINES))
def test_wheels_are_for_the_target(architecture: str, tmp_path: Path) -> None:
    """Whatever the machine that builds: a library for another fails only when it is loaded."""
    said = manifest.read()
    folders = program._fill(said, program.Target(TARGET["python"], architecture), tmp_path)
    libraries = [path for folder in folders.values() for path in folder.rglob("*.so*") if path.is_file()]
    assert {struct.unpack_from("<H", path.read_bytes(), 18)[0] for path in libraries} == {_MACHINES[architecture]}
    assert len(libraries) > 10


def test_bytecode_is_there_and_is_never_compared_to_its_source(zips: Path) -> None:
    """Times differ from build to build, and would be checked at every cold start."""
    [layer] = zips.glob("models-layer-*.zip")
    with zipfile.ZipFile(layer) as archive:
        packed = set(archive.namelist())
        sources = [name for name in packed if name.endswith(".py")]
        tag = f"cpython-{TARGET['python'].replace('.', '')}"
        for source in sources:
            folder, _, name = source.rpartition("/")
            compiled = f"{folder}/__pycache__/{name.removesuffix('.py')}.{tag}.pyc"
            flags = struct.unpack_from("<I", archive.read(compiled), 4)[0]
            assert flags == 0b01, compiled


def test_the_authorities_of_rds_and_of_its_proxy_are_there(zips: Path, tmp_path: Path) -> None:
    [layer] = zips.glob("database-layer-*.zip")
    with zipfile.ZipFile(layer) as archive:
        found = archive.read("python/hikiate/aws/rds.pem").decode()
    assert found.count("BEGIN CERTIFICATE") == found.count("END CERTIFICATE") > 100
    # Python's own reader takes every one of them, as libpq's will.
    program = (
        "import ssl, sys; c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);"
        "c.load_verify_locations(cadata=sys.stdin.read());"
        "print('\\n'.join(str(a['subject']) for a in c.get_ca_certs()))"
    )
    subjects = subprocess.run(
        [sys.executable, "-c", program], input=found, capture_output=True, text=True, check=True
    ).stdout
    assert "Amazon RDS ap-northeast-1 Root CA RSA2048 G1" in subjects
    assert "Amazon Root CA 1" in subjects


def test_a_zip_that_outgrows_its_bound_stops_the_build(tmp_path: Path) -> None:
    said = manifest.read()
    made = {zipped.name: program.Built("", 0, zipped.most_megabytes - 0.1) for zipped in said.zips}
    program._refuse_what_is_too_large(said, made)
    for zipped in said.zips:
        with pytest.raises(program.TooLarge, match=zipped.name):
            program._refuse_what_is_too_large(
                said, made | {zipped.name: program.Built("", 0, zipped.most_megabytes + 0.1)}
            )
    assert sum(zipped.most_megabytes for zipped in said.zips) < 250
