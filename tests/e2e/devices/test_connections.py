"""Connections that break, certificates that change, and devices that are shut out."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import TYPE_CHECKING

import pytest

from tests.e2e.devices.acts import BURST

if TYPE_CHECKING:
    from tests.e2e.devices.conftest import Played
    from tests.e2e.devices.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

STORED = {"readings_table", "raw_bucket", "stream"}


def test_a_connection_lost_in_a_burst_loses_and_duplicates_nothing(stage: Stage, played: Played) -> None:
    """What is sent again may come in a later batch than the first copy, and is then in two runs of the hot table: its
    readers get it once, with its value."""
    assert played.burst.connections >= 2, "the connection was lost, and made again"
    assert played.burst.acknowledged == BURST
    assert stage.values_of("burst", "burst.") == [float(n) for n in range(1, BURST + 1)]


def test_a_burst_keeps_its_order_across_the_loss(stage: Stage, played: Played) -> None:
    """What was not acknowledged is sent again, so that it may be there twice, but never out of its turn."""
    records = (record["Data"] for record in stage.stores.records() if record["PartitionKey"] == "burst")
    sent = [json.loads(b64decode(json.loads(data)["payload"]))["value"] for data in records]
    firsts = list(dict.fromkeys(sent))
    assert firsts == sorted(firsts)
    assert len(firsts) == BURST


@pytest.mark.parametrize(
    ("moment", "let_in"),
    [
        ("old one, still connected", True),
        ("new one, in the overlap", True),
        ("old one, held beyond", False),
        ("old one, afterwards", False),
        ("new one, afterwards", True),
    ],
)
def test_a_rotation_overlaps_and_then_the_old_certificate_is_refused(played: Played, moment: str, let_in: bool) -> None:
    assert played.rotation[moment] is let_in


@pytest.mark.parametrize(
    ("marker", "stored"),
    [
        ("rotation.overlap-held.", True),
        ("rotation.overlap-new.", True),
        ("rotation.after-held.", False),
        ("rotation.after-old.", False),
        ("rotation.after-new.", True),
        ("revocation.before.", True),
        ("revocation.held.", False),
        ("revocation.after.", False),
    ],
)
def test_what_was_refused_in_a_rotation_or_revocation_is_nowhere(played: Played, marker: str, stored: bool) -> None:
    assert played.stores.holding(marker) >= STORED if stored else played.stores.holding(marker) == set()


def test_a_revocation_takes_effect_also_on_a_connection_that_stands(played: Played) -> None:
    """AWS IoT ends such a connection within minutes. MiniStack leaves it open; what cuts the device off at once in both
    is that its certificate has no policy any more."""
    assert played.revocation == {"before": True, "still connected": False, "afterwards": False}
