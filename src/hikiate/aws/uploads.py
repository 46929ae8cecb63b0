"""Files too big for a request: put into a bucket by whoever was given a signed address, and read from there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, NamedTuple, cast

import boto3
from botocore.config import Config

_GOOD_FOR_SECONDS = 3600
_IN_MEMORY_BYTES = 16 * 1024 * 1024
_KEY = re.compile(r"imports/([1-9][0-9]{0,18})", re.ASCII)


class Upload(NamedTuple):
    """A file that has come."""

    file: BinaryIO
    media_type: str


class Uploads:
    """The bucket; the file of import 12 is `imports/12`."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    @cached_property
    def _client(self) -> Any:
        # Addresses at the bucket's own name in its own region: others are redirected there, which a signature forbids.
        there = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
        return boto3.client("s3", config=Config(signature_version="s3v4", s3=there))

    def address(self, import_id: int) -> str:
        """Return an address at which whoever has it may PUT the file, for an hour."""
        url: str = self._client.generate_presigned_url(
            "put_object",
            Params={"Bucket": self._bucket, "Key": f"imports/{import_id}"},
            ExpiresIn=_GOOD_FOR_SECONDS,
        )
        return url

    @contextmanager
    def open(self, import_id: int) -> Iterator[Upload]:
        """Read the file of an import, by the disk if it is large."""
        found = self._client.get_object(Bucket=self._bucket, Key=f"imports/{import_id}")
        with cast(BinaryIO, SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)) as file:
            for part in found["Body"].iter_chunks(1024 * 1024):
                file.write(part)
            file.seek(0)
            yield Upload(file, found["ContentType"])


def import_of(key: str) -> int:
    """Return the import whose file has this key.

    Raises:
        ValueError: it is no file of an import.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(f"{key} is no file of an import")
    return int(found[1])
