"""What ends a thread reaches whoever started it."""

from __future__ import annotations

import pytest

from local.worker import Worker


def test_the_error_that_ended_a_worker_is_raised_by_check() -> None:
    def fail() -> None:
        raise KeyError("lost")

    worker = Worker("failing", fail)
    worker.start()
    worker.join()
    with pytest.raises(KeyError, match="lost"):
        worker.check()


def test_a_worker_that_did_its_work_has_nothing_to_tell() -> None:
    done: list[bool] = []
    worker = Worker("working", lambda: done.append(worker.is_current()))
    worker.start()
    worker.join()
    worker.check()
    assert done == [True]
    assert not worker.is_current()
