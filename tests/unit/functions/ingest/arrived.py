"""What has arrived behind the ingest function, and what it counted."""

from __future__ import annotations

import json

from lambda_src.common.aws import clients
from tests.unit.functions.bridge.factories import processed


def in_queue(url):
    found = clients.sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return processed(*(message["Body"].encode() for message in found)).readings


def in_stream():
    shard = clients.kinesis().list_shards(StreamName="iot")["Shards"][0]["ShardId"]
    start = clients.kinesis().get_shard_iterator(StreamName="iot", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = clients.kinesis().get_records(ShardIterator=start["ShardIterator"])["Records"]
    return processed(*(record["Data"] for record in records)).readings


def counts(output):
    """The metrics of each request, by the lines that were written."""
    lines = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    assert all((line["Environment"], line["service"]) == ("test", "ingest-api") for line in lines)
    return [{name: value[0] for name, value in line.items() if isinstance(value, list)} for line in lines]
