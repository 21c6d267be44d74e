"""Invoke the replay function until it has accepted all records."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence  # msgspec resolves it at run time
from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.aws.retry import full_jitter
from ops.errors import FailedError
from ops.replay.batch import PackedRecord  # msgspec resolves it at run time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_lambda import LambdaClient


ATTEMPTS = 8
BASE_SECONDS = 0.5
CAP_SECONDS = 20.0
"""Longest backoff. Eight attempts without progress wait 26 s on average and 52 s at most: time for a table to scale."""


class _ReplayEvent(msgspec.Struct):
    records: Sequence[PackedRecord]


class _Answer(msgspec.Struct):
    failed: list[str]
    refused: dict[str, int]


class _Error(msgspec.Struct):
    message: str = msgspec.field(default="the function gave no reason", name="errorMessage")


class ReplayClient:
    """Sends records to the replay function of one deployment."""

    def __init__(self, client: LambdaClient, name: str) -> None:
        self._client = client
        self._name = name

    def send(self, records: Sequence[PackedRecord]) -> Counter[str]:
        """Invoke the function until every record is stored or refused. Returns the refused ones by reason.

        Raises `FailedError` after several attempts in a row that stored nothing.
        """
        refused: Counter[str] = Counter()
        left = records
        waits = _waits()
        while True:
            try:
                answer = self._invoke(left)
            except TemporaryFailureError as error:
                failed, why = left, str(error)
            else:
                refused.update(answer.refused)
                again = set(answer.failed)
                failed, why = (
                    [record for record in left if record.id in again],
                    "the function could not store every record",
                )
            if not failed:
                return refused
            if len(failed) < len(left):
                waits = _waits(before=1)
            left = failed
            wait = next(waits, None)
            if wait is None:
                raise FailedError(
                    f"{self._name} stored nothing in {ATTEMPTS} attempts: {why}; run the same command again to resume"
                )
            time.sleep(wait)

    def _invoke(self, records: Sequence[PackedRecord]) -> _Answer:
        with temporary_failures():
            answer = self._client.invoke(FunctionName=self._name, Payload=msgspec.json.encode(_ReplayEvent(records)))
            body = answer["Payload"].read()
        try:
            if "FunctionError" in answer:
                # A permanent error of the function looks like a timeout; both end after the same number of attempts.
                raise TemporaryFailureError(msgspec.json.decode(body, type=_Error).message)
            return msgspec.json.decode(body, type=_Answer)
        except msgspec.DecodeError as error:
            raise FailedError(f"{self._name} does not respond as a replay function does: {error}") from error


def _waits(*, before: int = 0) -> Iterator[float]:
    """Yield the waits between attempts without progress. ``before`` attempts with progress preceded them."""
    return full_jitter(before + ATTEMPTS, base=BASE_SECONDS, cap=CAP_SECONDS)
