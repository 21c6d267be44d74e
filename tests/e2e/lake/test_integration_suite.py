"""The integration suite tells a lake that fills from one that nothing reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.environment import environment
from local.run.background import background
from local.view.board import Board
from tests.support import suite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.run.deployment import Deployment

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

WAY = "test_what_is_delivered_is_found"
STORES = (
    "readings_table",
    "devices_table",
    "timestream_table",
    "processed_bucket",
    "quarantine_bucket",
    "lake",
)


@pytest.fixture(scope="module")
def address(analytics: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return environment(analytics, tmp_path_factory.mktemp("analytics"))


@pytest.fixture(scope="module")
def stuck(analytics: Deployment, address: Mapping[str, str]) -> suite.Verdict:
    """While nobody reads the stream, and what makes rows of its records for the lake cannot be started."""
    functions, name = analytics.clients.client("lambda"), analytics.outputs["archive_transform_function"]
    handler = functions.get_function_configuration(FunctionName=name)["Handler"]
    functions.update_function_configuration(FunctionName=name, Handler="nowhere.handle")
    try:
        return suite.run(address, wait_seconds=suite.STUCK_SECONDS)
    finally:
        functions.update_function_configuration(FunctionName=name, Handler=handler)


def test_it_fails_only_for_missing_readings_if_readings_get_stuck(stuck: suite.Verdict) -> None:
    behind = {f"{WAY}[{entrypoint}-{store}]" for entrypoint in ("stream", "mqtt") for store in STORES}
    assert stuck.status == 1
    assert stuck.failed == behind | {"test_the_stream_is_consumed"}, stuck.text


def test_it_passes_where_readings_get_through(
    analytics: Deployment, address: Mapping[str, str], stuck: suite.Verdict
) -> None:
    with background(analytics, Board("suite")):
        verdict = suite.run(address, wait_seconds=90)
    assert (verdict.status, verdict.failed) == (0, frozenset()), verdict.text
    # What failed and what passed while readings got stuck is all there is: nothing was left out this time.
    assert verdict.passed == stuck.passed + len(stuck.failed) > 30
