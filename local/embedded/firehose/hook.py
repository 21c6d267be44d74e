"""Make MiniStack leave these deliveries to this package."""

import threading
from typing import Any

from local.embedded.firehose.feed import Feed


def take_over_conversions() -> None:
    """Run deliveries from Kinesis that convert to Parquet in their own thread, and leave the others to MiniStack."""
    from ministack.core.concurrency import spawn_background
    from ministack.services import firehose

    ingest, deliver = firehose.ingest_from_kinesis_source, firehose._deliver_records_to_s3
    feeds: dict[str, tuple[dict[str, Any], Feed]] = {}
    lock = threading.Lock()

    def deliver_others(delivery: dict[str, Any], destination: dict[str, Any], records: Any) -> None:
        if _converts(delivery):
            # MiniStack keeps delivered records for tests; here they would only fill the memory.
            destination["records"].clear()
        else:
            deliver(delivery, destination, records)

    def ingest_and_wake(stream_arn: str, records: Any) -> None:
        ingest(stream_arn, records)
        for delivery in list(firehose._streams.values()):
            source = delivery.get("kinesis_source") or {}
            if source.get("KinesisStreamARN") == stream_arn and _converts(delivery):
                with lock:
                    known, feed = feeds.get(delivery["arn"], (None, None))
                    if feed is None or known is not delivery:
                        feed = Feed(delivery)
                        feeds[delivery["arn"]] = (delivery, feed)
                        spawn_background(feed.run, thread_name=f"firehose-{delivery['name']}")
                feed.wake()

    firehose._deliver_records_to_s3 = deliver_others
    firehose.ingest_from_kinesis_source = ingest_and_wake


def _converts(delivery: dict[str, Any]) -> bool:
    conversions = [each["config"].get("DataFormatConversionConfiguration") for each in delivery["destinations"]]
    return bool(delivery["kinesis_source"]) and any(found and found.get("Enabled", True) for found in conversions)
