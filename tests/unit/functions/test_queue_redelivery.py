"""A redelivered message, in whatever batch, completes what was stored and duplicates nothing."""

from __future__ import annotations

import random

import pytest
from botocore.exceptions import ClientError

from tests.unit.functions.factories import body, messages
from tests.unit.functions.fakes import client_error
from tests.unit.functions.plant import POISON
from tests.unit.functions.queue_plant import Queue, batch_of, hot


def test_a_message_that_comes_again_alone_completes_the_batch():
    queue, undisturbed = Queue(), Queue()
    batch = batch_of(poison={4})
    undisturbed.deliver(batch)
    queue.store.failing = {7.0}
    queue.deliver(batch)
    queue.store.failing = set()

    report = queue.deliver(batch[7:8])

    assert list(report.again) == []
    assert queue.s3.objects == undisturbed.s3.objects
    assert queue.store.kept == undisturbed.store.kept


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_company_in_which_messages_come_again_nothing_doubles(seed):
    queue, undisturbed = Queue(), Queue()
    draw = random.Random(seed)
    batch = batch_of(30, poison={3, 17}) + messages(*(hot(200.0 + n) for n in range(5)))
    batch = [item._replace(sequence_number=f"id-{n:02d}") for n, item in enumerate(batch)]
    undisturbed.deliver(batch)
    waiting = list(batch)
    while waiting:
        group = draw.sample(waiting, min(len(waiting), draw.randint(1, 9)))
        queue.store.failing = {float(draw.randrange(30)) for _ in range(5)}
        lost = f"id-{draw.randrange(35):02d}"
        queue.s3.away = lambda key, lost=lost: lost in key
        report = queue.deliver(group)
        settled = [item for index, item in enumerate(group) if index not in report.again]
        # A queue delivers at least once: some that were finished are redelivered as well.
        waiting = [item for item in waiting if item not in settled or draw.random() < 0.2]

    assert queue.s3.objects == undisturbed.s3.objects
    assert queue.store.kept == undisturbed.store.kept
    assert set(queue.alerts.said) == set(undisturbed.alerts.said)


@pytest.mark.parametrize(("part", "index"), [("processed/", 0), ("quarantine/", 1), ("anomalies/", 2)])
def test_an_object_that_failed_redelivers_only_its_message(part, index):
    queue = Queue()
    batch = messages(body(value=1), POISON, hot(150.0), hot(160.0), POISON)
    queue.s3.away = lambda key: key.startswith(part) and batch[index].sequence_number in key

    report = queue.deliver(batch)

    assert list(report.again) == [index]
    assert report.delayed_by is not None
    assert len(queue.quarantined()) == (1 if part == "quarantine/" else 2)


def test_a_failed_alert_redelivers_only_its_anomalies():
    queue = Queue()
    queue.alerts.away = True
    batch = messages(body(value=1), hot(150.0), POISON, hot(160.0))

    first = queue.deliver(batch)
    before = dict(queue.s3.objects)
    queue.alerts.away = False
    second = queue.deliver([batch[3], batch[1]])

    assert list(first.again) == [1, 3]
    assert first.counts["AnomaliesDetected"] == 0
    assert first.delayed_by == "its alert was not published"
    assert list(second.again) == []
    assert sorted(queue.alerts.said) == [150.0, 160.0]
    assert queue.s3.objects == before


def test_every_message_has_objects_of_its_own_named_by_it():
    queue = Queue()

    queue.deliver(messages(hot(150.0), POISON, b"[" + hot(160.0) + b"," + hot(170.0) + b"]"))

    at = "year=2025/month=11/day=21/hour=08"
    name = "sqs-00000000-0000-4000-8000-00000000000"
    assert sorted(queue.s3.objects) == [
        f"anomalies/anomalies/{at}/{name}0.ndjson.gz",
        f"anomalies/anomalies/{at}/{name}2.ndjson.gz",
        f"processed/processed/{at}/{name}0.ndjson.gz",
        f"processed/processed/{at}/{name}2.ndjson.gz",
        f"quarantine/quarantine/{at}/{name}1.ndjson",
    ]


def test_a_missing_permission_is_raised():
    queue = Queue()
    queue.s3.errors = [client_error("AccessDenied", 403)]

    with pytest.raises(ClientError, match="AccessDenied"):
        queue.deliver(batch_of())


def test_a_failing_step_delays_no_other():
    queue, undisturbed = Queue(), Queue()
    batch = messages(b"[" + hot(150.0) + b",17]", hot(160.0))
    undisturbed.deliver(batch)
    queue.s3.away = lambda key: key.startswith("processed/") and batch[0].sequence_number in key

    first = queue.deliver(batch)
    said = list(queue.alerts.said)
    queue.s3.away = lambda _key: False
    second = queue.deliver(batch[:1])

    assert (list(first.again), list(second.again)) == ([0], [])
    assert said == [150.0, 160.0]
    assert [each.counts["AnomaliesDetected"] for each in (first, second)] == [1, 1]
    assert [each.counts["ReadingsQuarantined"] for each in (first, second)] == [0, 1]
    assert queue.s3.objects == undisturbed.s3.objects
