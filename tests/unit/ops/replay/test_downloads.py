"""Downloads: fetched ahead within bounds, retried, and named if they fail."""

from __future__ import annotations

import tempfile
import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.response import StreamingBody

from lambda_src.common.aws.retry import ATTEMPTS
from ops.ahead import AHEAD
from ops.errors import FailedError
from ops.replay.archive import Found
from ops.replay.downloads import ROOM, Downloads
from tests.unit.functions.fakes import client_error

BODY = b"0123456789"


class _Torn(BytesIO):
    """A connection that ends in the middle of a body."""

    def read(self, *_: Any) -> bytes:
        raise ReadTimeoutError(endpoint_url="s3")


class FakeS3:
    """``script`` are errors of the first calls for `key-0`, None for a body that is torn.

    They belong to one key, since objects are fetched side by side and any of them may be asked for first.
    """

    def __init__(self, *script: Exception | None) -> None:
        self.script = list(script)
        self.asked: list[str] = []
        self._lock = threading.Lock()

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803  # the SDK's names
        with self._lock:
            self.asked.append(Key)
            torn = False
            if self.script and Key == "key-0":
                step = self.script.pop(0)
                if step is not None:
                    raise step
                torn = True
        body: Any = _Torn() if torn else BytesIO(BODY)
        return {"Body": StreamingBody(body, len(BODY))}


def objects(count, size=10):
    return [Found(f"key-{n}", size, 0) for n in range(count)]


def test_each_object_is_a_file_until_the_next_one():
    fake: Any = FakeS3()
    before: list[Path] = []

    for found, file in Downloads(fake, "lake").each(objects(20)):
        assert isinstance(file, Path)
        assert file.read_bytes() == BODY
        assert not any(other.exists() for other in before)
        before.append(file)
        assert found.key == f"key-{len(before) - 1}"

    assert not before[0].parent.exists()


@pytest.mark.parametrize(("size", "ahead"), [(10, AHEAD), (ROOM // 4, 4), (ROOM * 2, 1)])
def test_no_more_is_fetched_ahead_than_the_disk_shall_hold(size, ahead):
    fake: Any = FakeS3()
    each = Downloads(fake, "lake").each(objects(30, size))
    next(each)
    each.close()

    assert len(fake.asked) <= ahead


@pytest.mark.parametrize("step", [None, client_error("SlowDown", 503), client_error("InternalError", 500)])
def test_what_may_pass_is_tried_again(step, waits):
    fake: Any = FakeS3(step, step)

    for _, file in Downloads(fake, "lake").each(objects(1)):
        assert isinstance(file, Path)
        assert file.read_bytes() == BODY

    assert len(waits) == 2


def test_what_does_not_pass_ends_the_replay(waits):
    fake: Any = FakeS3(*[client_error("SlowDown", 503)] * ATTEMPTS)

    with pytest.raises(FailedError, match="key-0 cannot be downloaded"):
        list(Downloads(fake, "lake").each(objects(1)))


@pytest.mark.parametrize(("code", "words"), [("NoSuchKey", "deleted"), ("InvalidObjectState", "restore it first")])
def test_an_object_that_cannot_be_had_is_named(code, words):
    fake: Any = FakeS3(client_error(code, 403))

    (first, *rest) = list(Downloads(fake, "lake").each(objects(3)))

    assert words in str(first[1])
    assert all(isinstance(file, Path) for _, file in rest)


def test_a_missing_permission_is_raised():
    fake: Any = FakeS3(client_error("AccessDenied", 403))

    with pytest.raises(ClientError, match="AccessDenied"):
        list(Downloads(fake, "lake").each(objects(1)))


def test_nothing_is_left_behind_where_it_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    fake: Any = FakeS3()
    each = Downloads(fake, "lake").each(objects(30))
    next(each)
    each.close()

    assert list(tmp_path.glob("replay-*")) == []
