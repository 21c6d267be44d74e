"""What goes in through any entrypoint is found in every store, or the test fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.stores import STORES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.integration.entrypoints import Delivery
    from tests.integration.live import Live


def test_what_is_delivered_is_found(
    live: Live, deliveries: Mapping[str, Delivery], entrypoint: str, store: str
) -> None:
    assert live.found(lambda: STORES[store].holds(live, deliveries[entrypoint])), (
        f"{deliveries[entrypoint]} is not in {store}"
    )


def test_the_deployment_has_a_entrypoint_and_a_store(live: Live) -> None:
    """Outputs that name nothing would make a suite of nothing."""
    entrypoints = {
        "kinesis": {"stream_name", "stream_arn", "producer_role_arn"},
        "sqs": {"queue_url", "queue_dlq_url", "api_url", "api_writer_role_arn"},
    }
    assert entrypoints[live.outputs["transport"]] | {"processor_mapping_id", "quarantine_bucket"} <= live.outputs.keys()
    stores = {"readings_table", "timestream_table", "processed_bucket", "raw_bucket", "athena_workgroup"}
    assert live.outputs.keys() & stores
