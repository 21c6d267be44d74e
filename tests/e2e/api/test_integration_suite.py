"""The integration suite tells an API whose readings get through from one behind which they wait in the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import suite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.run.deployment import Deployment

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

WAY = "test_what_is_delivered_is_found"


@pytest.fixture(scope="module")
def unread(serverless: Deployment, surroundings: Mapping[str, str]) -> suite.Verdict:
    """While nobody reads the queue; what waits there is stored afterwards."""
    functions, mapping = serverless.clients.client("lambda"), serverless.outputs["processor_mapping_id"]
    functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        return suite.run(surroundings, wait_seconds=suite.STUCK_SECONDS)
    finally:
        functions.update_event_source_mapping(UUID=mapping, Enabled=True)


def test_it_passes_where_readings_get_through(surroundings: Mapping[str, str]) -> None:
    verdict = suite.run(surroundings, wait_seconds=60)
    assert (verdict.status, verdict.failed) == (0, frozenset()), verdict.text
    assert verdict.passed > 35


def test_it_fails_only_for_missing_readings_without_a_consumer(unread: suite.Verdict) -> None:
    # What is sent to /ingest is kept as it came and no more; /process stores the reading itself.
    followers = ("devices_table", "device_state", "processed_bucket")
    behind = {f"{WAY}[http-{store}]" for store in ("readings_table", "query", *followers)}
    behind |= {f"{WAY}[process-{store}]" for store in followers}
    assert unread.status == 1
    assert unread.failed == behind | {"test_the_queue_is_consumed"}, unread.text
