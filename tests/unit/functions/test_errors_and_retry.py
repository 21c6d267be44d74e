"""What an AWS error means, and how long a call is repeated."""

from __future__ import annotations

import pytest
from botocore import exceptions as boto

from lambda_src.common.aws.errors import Kind, TemporaryFailureError, classify, temporary_failures
from lambda_src.common.aws.retry import ATTEMPTS, BASE_SECONDS, full_jitter, resend
from tests.unit.functions.factories import deadline
from tests.unit.functions.fakes import client_error

ERRORS = [
    (client_error("ThrottlingException"), Kind.TEMPORARY),
    (client_error("ProvisionedThroughputExceededException"), Kind.TEMPORARY),
    (client_error("SlowDown", 503), Kind.TEMPORARY),
    (client_error("InternalServerException", 500), Kind.TEMPORARY),
    (client_error("SomethingNew", 502), Kind.TEMPORARY),
    (client_error("SomethingNew", 429), Kind.TEMPORARY),
    (boto.ReadTimeoutError(endpoint_url="x"), Kind.TEMPORARY),
    (boto.ConnectTimeoutError(endpoint_url="x"), Kind.TEMPORARY),
    (boto.EndpointConnectionError(endpoint_url="x"), Kind.TEMPORARY),
    (boto.ConnectionClosedError(endpoint_url="x"), Kind.TEMPORARY),
    (client_error("ConditionalCheckFailedException"), Kind.PERMANENT),
    (client_error("RejectedRecordsException", 419), Kind.PERMANENT),
    (client_error("AccessDeniedException", 403), Kind.PROGRAMMING),
    (client_error("AccessDenied", 403), Kind.PROGRAMMING),
    (client_error("ResourceNotFoundException"), Kind.PROGRAMMING),
    (client_error("NoSuchBucket", 404), Kind.PROGRAMMING),
    (client_error("ValidationException"), Kind.PROGRAMMING),
    (client_error("ExpiredTokenException", 403), Kind.PROGRAMMING),
    (boto.NoCredentialsError(), Kind.PROGRAMMING),
    (boto.ParamValidationError(report="x"), Kind.PROGRAMMING),
]


@pytest.mark.parametrize(("error", "kind"), ERRORS, ids=lambda value: str(value)[:60])
def test_each_error_has_its_kind(error, kind):
    assert classify(error) is kind


def test_only_temporary_errors_are_translated():
    with pytest.raises(TemporaryFailureError), temporary_failures():
        raise client_error("ThrottlingException")
    with pytest.raises(boto.ClientError, match="AccessDenied"), temporary_failures():
        raise client_error("AccessDenied", 403)


def test_waits_are_drawn_from_zero_to_a_bound_that_doubles():
    assert list(full_jitter(4, lambda: 1.0)) == [BASE_SECONDS, 2 * BASE_SECONDS, 4 * BASE_SECONDS]
    assert list(full_jitter(4, lambda: 0.0)) == [0.0, 0.0, 0.0]


def test_only_what_was_not_taken_is_sent_again():
    sent = []

    def take_the_first(items):
        sent.append(list(items))
        return items[1:]

    assert resend(take_the_first, [1, 2, 3], deadline(), sleep=lambda _: None) == []
    assert sent == [[1, 2, 3], [2, 3], [3]]


def test_what_is_never_taken_is_returned_after_the_last_attempt():
    calls = []

    def refuse(items):
        calls.append(items)
        return items

    assert resend(refuse, ["a"], deadline(), sleep=lambda _: None) == ["a"]
    assert len(calls) == ATTEMPTS


def test_a_wait_that_passes_the_deadline_is_not_begun():
    slept: list[float] = []

    left = resend(lambda items: items, ["a"], deadline(remaining_ms=120), sleep=slept.append, draw=lambda: 1.0)

    assert left == ["a"]
    assert sum(slept) < ATTEMPTS * 0.12
    assert all(wait < 0.12 for wait in slept)


def test_nothing_is_sent_after_the_deadline():
    assert resend(lambda _: pytest.fail("sent"), ["a"], deadline(remaining_ms=0)) == ["a"]


def test_a_reserve_is_at_most_a_quarter_of_the_timeout():
    assert deadline(60_000).keeping(8).remaining() == 52.0
    assert deadline(4_000).keeping(8).remaining() == 3.0
