"""Readings and poison through the applied pipeline: everything is found again, in its place, once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from local.ledger.alerts import account_alerts
from local.ledger.quarantine import account_quarantine

if TYPE_CHECKING:
    from tests.e2e.conftest import Campaign

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]


@pytest.mark.parametrize("store", ["timestream", "s3_processed", "s3_raw"])
def test_every_reading_is_stored_once_with_its_value(campaign: Campaign, store: str) -> None:
    found = campaign.stores[store]
    assert found.expected == len(campaign.plant) + 1
    assert (found.found, found.missing, found.unexpected, found.doubled) == (found.expected, 0, 0, 0), found.examples


def test_exactly_each_planned_fault_raises_one_signed_alert(campaign: Campaign) -> None:
    faults = {(fault.device_id, fault.sensor_type) for fault in campaign.plant.faults}
    found = account_alerts(campaign.plant.expected_alerts, campaign.alerts)
    assert found.ok, found
    assert {(each.alert.device_id, each.alert.sensor_type) for each in campaign.alerts} == faults


def test_poison_is_quarantined_once_with_its_reason(campaign: Campaign) -> None:
    found = account_quarantine(campaign.poison, campaign.quarantine)
    assert found.ok, found
    assert found.by_reason == dict(sorted(Counter(campaign.poison.values()).items()))


def test_the_neighbours_of_poison_are_stored(campaign: Campaign) -> None:
    assert len(campaign.neighbours) > 100
    assert all(store.missing == 0 for store in campaign.stores.values())


def test_poison_makes_no_batch_fail(campaign: Campaign) -> None:
    assert campaign.failures == 0
