"""Whatever bytes a device sends, they are quarantined whole with their reason, and its good readings are stored."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from local.ledger.quarantine import account_quarantine, read_quarantine
from tests.e2e.devices.acts import GOOD_SENSOR, PAYLOADS
from tests.e2e.devices.cases import VICTIM

if TYPE_CHECKING:
    from tests.e2e.devices.conftest import Played
    from tests.e2e.devices.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]


def test_each_bad_payload_alone_is_quarantined_once_with_its_reason(stage: Stage, played: Played) -> None:
    """Of these, AWS IoT itself cuts off who sends more than 128 KB; MiniStack takes 200 KB, and so they are refused
    where everything is that is no reading."""
    assert all(played.payloads.values()), "the broker judges nobody by a payload"
    poison = dict(PAYLOADS.values())
    lines = read_quarantine(stage.clients, stage.outputs["quarantine_bucket"])
    # The integration suite, which runs on the same deployment, has some of its own.
    found = account_quarantine(
        poison, [each for each in lines if b"integration-" not in b64decode(each.payload_base64)]
    )
    assert found.ok, found
    assert found.by_reason == dict(sorted(Counter(poison.values()).items()))


@pytest.mark.parametrize("table", ["readings_table", "devices_table"])
def test_nothing_of_them_is_in_a_table(stage: Stage, played: Played, table: str) -> None:
    senders = (b'"parcels"', f'"{VICTIM}"'.encode())
    items = [text for text in played.stores.texts[table] if any(sender in text for sender in senders)]
    assert any(GOOD_SENSOR.encode() in text for text in items)
    assert not any(b'"temperature"' in text or b"xxxx" in text for text in items)


def test_the_good_readings_between_them_are_stored_each_once(stage: Stage, played: Played) -> None:
    assert stage.values_of("parcels", GOOD_SENSOR) == [float(n) for n in range(1, len(PAYLOADS) + 1)]


def test_a_device_cannot_speak_for_another_in_its_payload(stage: Stage, played: Played) -> None:
    assert "temperature" not in stage.item("devices_table", "device_id", VICTIM).get("sensors", {}).get("M", {})
