"""The model can fail: it finds each of these faults, put into the product's code, within the schedules of one run."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from lambda_src.common.aws import versioned_items
from lambda_src.common.aws.versioned_items import Change, VersionedItems
from lambda_src.processor import finalize
from lambda_src.processor.alerts import episodes
from lambda_src.processor.alerts.alerts import EpisodeAlerts
from lambda_src.processor.alerts.episode_state import SensorEpisodes
from lambda_src.processor.alerts.episode_store import EpisodeStore
from lambda_src.processor.finalize import Finalized
from lambda_src.processor.stores.devices import DeviceStore
from lambda_src.processor.stores.processed import ProcessedStore
from lambda_src.processor.stores.runs import RunStore
from lambda_src.processor.stores.store import Outcome
from lambda_src.processor.stores.timestream import TimestreamStore
from tests.model.check import failure_of
from tests.model.strategies import schedules


def write_unconditionally(patch):
    real = VersionedItems._statement
    patch.setattr(
        VersionedItems,
        "_statement",
        lambda self, key, change: real(self, key, change if change.expected is None else Change(change.attributes, {})),
    )


def take_conflicts_for_written(patch):
    patch.setattr(versioned_items, "CONFLICTS", frozenset())
    patch.setattr(versioned_items, "_raised", lambda _error: KeyError("conflict"))


def drop_unprocessed_items(patch):
    real = RunStore._send
    patch.setattr(RunStore, "_send", lambda self, puts: real(self, puts) and [])


def drop_unprocessed_keys(patch):
    def load(self, keys, _deadline):
        wanted = {"Keys": [{self._key: {"S": key}} for key in keys], "ConsistentRead": True}
        answer = self._client.batch_get_item(RequestItems={self._table: wanted}) if keys else {"Responses": {}}
        return {item[self._key]["S"]: item for item in answer["Responses"].get(self._table, ())}

    patch.setattr(VersionedItems, "load", load)


def trust_the_memory_of_devices(patch):
    real = DeviceStore.__init__
    patch.setattr(
        DeviceStore, "__init__", lambda self, table, **options: real(self, table, **options | {"ordered": True})
    )


def trust_the_memory_of_episodes(patch):
    real = EpisodeStore._refresh

    def refresh(self, deadline):
        remembered = dict(self._known)
        real(self, deadline)
        self._known = remembered

    patch.setattr(EpisodeStore, "_refresh", refresh)


def publish_without_a_claim(patch):
    patch.setattr(episodes._Work, "_claim", lambda self, alert, _cause_ms: self._due.append(alert))


def never_take_over(patch):
    patch.setattr(episodes._Work, "take_over", lambda self, _times: self._pending.extend(self._known.pending))


def never_mark(patch):
    patch.setattr(SensorEpisodes, "without", lambda self, _alert_ids: self)


def lose_what_the_archive_did_not_take(patch):
    real = ProcessedStore._put
    patch.setattr(ProcessedStore, "_put", lambda self, entries, deadline: real(self, entries, deadline) and ())


def lose_what_timestream_did_not_take(patch):
    real = TimestreamStore._send
    patch.setattr(
        TimestreamStore, "_send", lambda self, chunk, deadline: Outcome(rejected=real(self, chunk, deadline).rejected)
    )


def lose_what_the_quarantine_did_not_take(patch):
    real = finalize._keep
    patch.setattr(finalize, "_keep", lambda *arguments: real(*arguments) and Finalized())


def lose_alerts_that_were_not_published(patch):
    real = EpisodeAlerts.announce
    patch.setattr(EpisodeAlerts, "announce", lambda *arguments: real(*arguments)._replace(failed=()))


FAULTS = [
    write_unconditionally,
    take_conflicts_for_written,
    drop_unprocessed_items,
    drop_unprocessed_keys,
    trust_the_memory_of_devices,
    trust_the_memory_of_episodes,
    publish_without_a_claim,
    never_take_over,
    never_mark,
    lose_what_the_archive_did_not_take,
    lose_what_timestream_did_not_take,
    lose_what_the_quarantine_did_not_take,
    lose_alerts_that_were_not_published,
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_model_finds_a_seeded_fault(fault, monkeypatch):
    fault(monkeypatch)

    with pytest.raises(FoundError):
        play_until_it_fails()


class FoundError(BaseException):
    """Ends the run: hypothesis would look for a shorter schedule."""


@seed(1)
@settings(
    max_examples=500,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(schedules())
def play_until_it_fails(schedule):
    if failure_of(schedule) is not None:
        raise FoundError
