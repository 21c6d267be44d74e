"""The rules of a batch's outcome, one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.mapping.outcome import InvocationAnswer, NextStep, decide, drop_expired
from local.mapping.records import ShardBatch
from tests.unit.mapping.factories import batch, numbers, record, settings

RAISED = InvocationAnswer(b'{"errorMessage": "boom"}', function_error="Unhandled")


def reported(*identifiers: object) -> InvocationAnswer:
    failures = [{"itemIdentifier": identifier} for identifier in identifiers]
    return InvocationAnswer(json.dumps({"batchItemFailures": failures}).encode())


def outcome(answer: InvocationAnswer, of: ShardBatch | None = None, **changes: Any) -> NextStep:
    changes = {"report_batch_item_failures": True, "maximum_retry_attempts": 3} | changes
    return decide(of or batch(1, 2, 3, 4), answer, settings(**changes))


def again(step: NextStep) -> list[list[int]]:
    return [numbers(part) for part in step.again]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"{}",
        b'{"batchItemFailures": null}',
        b'{"batchItemFailures": []}',
        b'{"batch_item_failures": [{"itemIdentifier": "2"}]}',
        b'"done"',
        b"[]",
    ],
)
def test_an_answer_that_reports_nothing_is_success(payload):
    assert outcome(InvocationAnswer(payload)) == NextStep(done=4)


@pytest.mark.parametrize(
    ("identifiers", "done", "left"),
    [
        (["3"], 2, [3, 4]),
        (["4", "2"], 1, [2, 3, 4]),
        (["4", "4"], 3, [4]),
        (["1"], 0, [1, 2, 3, 4]),
    ],
)
def test_everything_from_the_lowest_reported_record_is_retried(identifiers, done, left):
    step = outcome(reported(*identifiers))

    assert (step.done, again(step), step.failed, step.retried) == (done, [left], True, True)


def test_the_lowest_is_by_batch_order_not_by_text():
    step = outcome(reported("10", "9"), of=batch(8, 9, 10))

    assert again(step) == [[9, 10]]


@pytest.mark.parametrize(
    "answer",
    [
        reported(""),
        reported(None),
        reported("99"),
        reported("3", "99"),
        reported(3),
        InvocationAnswer(b'{"batchItemFailures": [{"id": "3"}]}'),
        InvocationAnswer(b'{"batchItemFailures": ["3"]}'),
        InvocationAnswer(b'{"batchItemFailures": "3"}'),
        RAISED,
    ],
)
def test_invalid_reports_and_function_errors_fail_the_whole_batch(answer):
    step = outcome(answer)

    assert (step.done, again(step), step.retried) == (0, [[1, 2, 3, 4]], True)


def test_without_report_batch_item_failures_the_answer_is_ignored():
    assert outcome(reported("1"), report_batch_item_failures=False) == NextStep(done=4)


def test_without_report_batch_item_failures_a_function_error_still_fails():
    assert again(outcome(RAISED, report_batch_item_failures=False)) == [[1, 2, 3, 4]]


@pytest.mark.parametrize(("size", "halves"), [(2, [[1], [2]]), (5, [[1, 2], [3, 4, 5]])])
def test_bisecting_splits_a_failed_batch_in_two(size, halves):
    of = batch(*range(1, size + 1), retries=2)

    step = outcome(RAISED, of=of, bisect_on_function_error=True)

    assert again(step) == halves
    assert [part.retries for part in step.again] == [2, 2], "splitting uses no retry"
    assert not step.retried


def test_bisecting_works_with_the_retries_used_up():
    step = outcome(RAISED, of=batch(1, 2, retries=3), bisect_on_function_error=True)

    assert (again(step), step.discarded) == ([[1], [2]], None)


def test_bisecting_a_partial_failure_splits_at_the_reported_record():
    step = outcome(reported("3"), of=batch(1, 2, 3, 4, retries=1), bisect_on_function_error=True)

    assert (step.done, again(step), step.again[0].retries, step.retried) == (2, [[3, 4]], 1, False)


@pytest.mark.parametrize(
    ("of", "answer"), [(batch(1), RAISED), (batch(1), reported("1")), (batch(1, 2), reported("1"))]
)
def test_bisecting_with_nothing_to_split_off_uses_a_retry(of, answer):
    step = outcome(answer, of=of, bisect_on_function_error=True)

    assert (again(step), step.again[0].retries, step.retried) == ([numbers(of)], 1, True)


@pytest.mark.parametrize(("limit", "used", "given_up"), [(0, 0, True), (3, 2, False), (3, 3, True)])
def test_records_are_given_up_when_the_retries_are_used_up(limit, used, given_up):
    step = outcome(RAISED, of=batch(1, 2, retries=used), maximum_retry_attempts=limit)

    assert (numbers(step.discarded), again(step)) == (([1, 2], []) if given_up else ([], [[1, 2]]))


def test_records_before_the_checkpoint_are_done_if_others_are_discarded():
    step = outcome(reported("3"), of=batch(1, 2, 3, 4, retries=3))

    assert (step.done, numbers(step.discarded)) == (2, [3, 4])


def test_retries_without_limit_never_end():
    step = outcome(RAISED, of=batch(1, retries=1_000_000), maximum_retry_attempts=-1)

    assert again(step) == [[1]]


def test_invocations_are_counted_through_splits_and_retries():
    split = outcome(RAISED, of=batch(1, 2), bisect_on_function_error=True).again[0]
    given_up = outcome(RAISED, of=split, maximum_retry_attempts=0).discarded

    assert given_up is not None
    assert given_up.invocations == 2


@pytest.mark.parametrize(
    ("oldest", "too_old", "live"), [(0.0, [], [1, 2, 3]), (20.0, [1], [2, 3]), (31.0, [1, 2, 3], [])]
)
def test_only_records_older_than_the_limit_are_dropped(oldest, too_old, live):
    of = ShardBatch(tuple(record(number, arrived=10.0 * number) for number in (1, 2, 3)))

    expired, left = drop_expired(of, oldest)

    assert (numbers(expired), numbers(left)) == (too_old, live)
