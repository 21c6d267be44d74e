"""The integration suite tells a deployment that works from one in which readings get stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import suite

if TYPE_CHECKING:
    from tests.e2e.devices.conftest import Played
    from tests.e2e.devices.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

BEHIND_THE_STREAM = ("readings_table", "devices_table", "quarantine_bucket")


def test_it_passes_where_readings_get_through(stage: Stage, played: Played) -> None:
    verdict = suite.run(stage.environment, wait_seconds=60)
    assert (verdict.status, verdict.failed) == (0, frozenset()), verdict.text
    assert verdict.passed > 20


@pytest.mark.parametrize("entrypoint", ["stream", "mqtt"])
@pytest.mark.parametrize("store", BEHIND_THE_STREAM)
def test_it_fails_where_nobody_reads_the_stream(unread: suite.Verdict, entrypoint: str, store: str) -> None:
    assert unread.status == 1
    assert f"test_what_is_delivered_is_found[{entrypoint}-{store}]" in unread.failed, unread.text


def test_it_fails_only_for_what_is_not_found(unread: suite.Verdict) -> None:
    assert "test_the_stream_is_consumed" in unread.failed, unread.text
    assert {name.partition("[")[0] for name in unread.failed} == {
        "test_what_is_delivered_is_found",
        "test_the_stream_is_consumed",
    }
