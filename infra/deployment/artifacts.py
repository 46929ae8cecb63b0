"""What was built, and how it gets to where it is needed."""

import json
import mimetypes
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from deployment.account import Account
from deployment.trouble import Refused

_KEYS = ("MainCodeKey", "AllocationCodeKey", "ModelsLayerKey", "DatabaseLayerKey", "SchemasLayerKey")
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"


class Built(NamedTuple):
    """What `make build` made."""

    zips: Path
    keys: dict[str, str]
    console: Path
    version: str


def find(dist: Path, project: Path) -> Built:
    """Find what was built, and which version it is: the wheel's, else the project's.

    Raises:
        Refused: something is missing.
    """
    zips, console = dist / "aws", dist / "console"
    named = zips / "parameters.json"
    if not named.exists() or not (console / "index.html").exists():
        raise Refused(f"{zips} or {console} is not built: run `make build` first.")
    keys: dict[str, str] = json.loads(named.read_text())
    wrong = sorted(set(_KEYS) ^ keys.keys()) + [key for key in keys.values() if not (zips / key).exists()]
    if wrong:
        raise Refused(f"{named} and its folder do not agree about {', '.join(wrong)}: run `make build` again.")
    wheels = sorted(dist.glob("hikiate-*.whl"), key=lambda wheel: wheel.stat().st_mtime)
    version: str = wheels[-1].name.split("-")[1] if wheels else tomllib.loads(project.read_text())["project"]["version"]
    return Built(zips, keys, console, version)


def upload(account: Account, built: Built, bucket: str) -> list[str]:
    """Upload the zips that the bucket has not got yet; return their keys. Their names say their content."""
    client = account.client("s3")
    new = [key for key in sorted(set(built.keys.values())) if not _has(client, bucket, key)]
    for key in new:
        client.upload_file(str(built.zips / key), bucket, key)
    return new


def publish_console(account: Account, built: Built, bucket: str, config: dict[str, Any]) -> int:
    """Put the console where CloudFront finds it; return how many files it has.

    New files come before the page that names them, and old ones go last: whoever loads the page meanwhile finds all of
    the one or all of the other.
    """
    client = account.client("s3")
    files = {path.relative_to(built.console).as_posix(): path for path in built.console.rglob("*") if path.is_file()}
    for key in sorted(files, key=lambda key: (key == "index.html", key)):
        media_type = mimetypes.guess_type(key)[0] or "application/octet-stream"
        caching = _FOR_EVER if key.startswith("assets/") else _ASK_EACH_TIME
        if key == "index.html":
            _put_config(client, bucket, config)
        client.put_object(
            Bucket=bucket, Key=key, Body=files[key].read_bytes(), ContentType=media_type, CacheControl=caching
        )
    for key in _keys(client, bucket) - files.keys() - {"config.json"}:
        client.delete_object(Bucket=bucket, Key=key)
    return len(files)


def empty(account: Account, bucket: str) -> int:
    """Delete everything in a bucket, which could not be deleted otherwise; return how much that was."""
    client = account.client("s3")
    keys = _keys(client, bucket)
    for key in keys:
        client.delete_object(Bucket=bucket, Key=key)
    return len(keys)


def _put_config(client: Any, bucket: str, config: dict[str, Any]) -> None:
    client.put_object(
        Bucket=bucket,
        Key="config.json",
        Body=json.dumps(config).encode(),
        ContentType="application/json",
        CacheControl=_ASK_EACH_TIME,
    )


def _has(client: Any, bucket: str, key: str) -> bool:
    try:
        client.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
            return False
        raise
    return True


def _keys(client: Any, bucket: str) -> set[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {entry["Key"] for page in pages for entry in page.get("Contents", [])}
