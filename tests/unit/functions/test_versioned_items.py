"""Items are read completely or not at all, and written only over what they were made from."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.aws.retry import ATTEMPTS
from lambda_src.common.aws.versioned_items import READS_PER_CALL, Change, VersionedItems
from lambda_src.processor.stores.device_table import DeviceTable
from lambda_src.processor.stores.devices import DeviceStore
from tests.model.services.dynamodb import MemoryDynamoDB, Table
from tests.unit.functions.factories import deadline, entry

KEYS = [f"key-{number:03d}" for number in range(READS_PER_CALL + 5)]


def container(service):
    return DeviceStore(DeviceTable(service, "devices"), every_seconds=60, ordered=True)


class Service(MemoryDynamoDB):
    """Leaves the first ``missing`` keys of each read unprocessed, ``times`` times."""

    def __init__(self, missing=0, times=0):
        super().__init__({"items": Table("key"), "devices": Table("device_id")}, self._leave)
        self.missing, self.times = missing, times

    def _leave(self, name, _request):
        if name != "batch_get_item" or self.times <= 0:
            return None
        self.times -= 1
        return set(range(self.missing))


def items_of(service):
    return VersionedItems(service, "items", "key")


def filled(**left):
    service = Service(**left)
    for key in KEYS:
        service.put_item(TableName="items", Item={"key": {"S": key}})
    return service


@pytest.mark.parametrize("times", range(ATTEMPTS))
def test_keys_left_unprocessed_are_asked_for_again(times):
    found = items_of(filled(missing=3, times=times)).load(KEYS, deadline())

    assert sorted(found) == KEYS


def test_keys_that_stay_unprocessed_are_a_temporary_failure():
    with pytest.raises(TemporaryFailureError, match="some items of items could not be read"):
        items_of(filled(missing=1, times=ATTEMPTS)).load(KEYS, deadline())


def test_a_passed_deadline_reads_nothing_as_missing():
    with pytest.raises(TemporaryFailureError):
        items_of(filled()).load(KEYS, deadline(remaining_ms=0))


def test_states_that_are_not_answered_fail_and_change_nothing():
    service = Service()
    first = [entry(device_id=f"press-{number}") for number in range(3)]
    assert not container(service).write(first, deadline()).failed
    before = service.items("devices")
    service.missing, service.times = 1, 99

    outcome = container(service).write(first, deadline())

    assert list(outcome.failed) == first
    assert service.items("devices") == before


def test_a_write_takes_effect_only_on_its_version():
    service = Service()
    items = items_of(service)
    made = Change({"version": {"N": "1"}}, None)
    changed = Change({"version": {"N": "2"}}, {"version": {"N": "1"}})

    assert items.write({"a": made}) == (set(), set())
    assert items.write({"a": made, "b": changed}) == ({"a", "b"}, set())
    assert items.write({"a": changed}) == (set(), set())
    assert items.write({"a": changed}) == ({"a"}, set())


@pytest.mark.parametrize("code", ["ThrottlingError", "TransactionConflict", "InternalServerError"])
def test_a_statement_that_may_succeed_later_is_no_conflict(code):
    service = Service()
    service.hook = lambda _name, _request: {0: code}

    written = items_of(service).write({"a": Change({}, None), "b": Change({}, None)})

    assert written == (set(), {"a"})
    assert [item["key"]["S"] for item in service.items("items")] == ["b"]


def test_a_refused_statement_is_raised_as_the_sdk_does():
    service = Service()
    service.hook = lambda _name, _request: {0: "AccessDenied"}

    with pytest.raises(ClientError, match="AccessDenied"):
        items_of(service).write({"a": Change({}, None)})
