"""Download objects of the archive, a few of them ahead."""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import TemporaryFailureError, code_of, temporary_failures
from lambda_src.common.aws.retry import ATTEMPTS, full_jitter
from ops.ahead import ahead
from ops.errors import FailedError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from mypy_boto3_s3 import S3Client

    from ops.replay.archive import Found

ROOM = 256 * 1024 * 1024
"""Bytes of disk for objects that are fetched ahead."""
PIECE = 1024 * 1024

_AWAY = {
    "NoSuchKey": "the object was deleted",
    "InvalidObjectState": "the object is in a cold storage class; restore it first",
}


class Downloads:
    """Downloads the objects of one bucket."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def each(self, objects: Iterable[Found]) -> Generator[tuple[Found, Path | str]]:
        """Yield each object with its file, or with the reason why there is none.

        The file exists until the next object is requested. Raises `FailedError` if S3 is unavailable; errors of S3 are
        raised unchanged.
        """
        with tempfile.TemporaryDirectory(prefix="replay-") as folder:
            files = ((found, Path(folder, str(number))) for number, found in enumerate(objects))
            with closing(ahead(self._fetch, files, size=_size, room=ROOM)) as fetched:
                for (found, file), why in fetched:
                    yield found, file if why is None else why
                    file.unlink()

    def _fetch(self, wanted: tuple[Found, Path]) -> str | None:
        found, file = wanted
        for wait in (*full_jitter(ATTEMPTS), None):
            try:
                return self._try(found.key, file)
            except TemporaryFailureError as error:
                if wait is None:
                    raise FailedError(f"{found.key} cannot be downloaded: {error}; try again later") from error
                time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _try(self, key: str, file: Path) -> str | None:
        try:
            with temporary_failures(), file.open("wb") as target:
                body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"]
                for piece in body.iter_chunks(PIECE):
                    target.write(piece)
        except ClientError as error:
            why = _AWAY.get(code_of(error))
            if why is None:
                raise
            return why
        return None


def _size(wanted: tuple[Found, Path]) -> int:
    return wanted[0].size
