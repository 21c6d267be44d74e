"""The on-failure destination, to which Lambda reports discarded records.

Formats: Lambda Developer Guide, "Retain discarded batch records for a Kinesis Data Streams event source".
"""

from __future__ import annotations

from datetime import UTC, datetime
from json import dumps
from time import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.mapping.identity import ClientSource, RoleClients
    from local.mapping.outcome import Condition, InvocationAnswer
    from local.mapping.records import ShardBatch
    from local.mapping.settings import MappingSettings


class FailureDestination:
    """Writes invocation records: to S3 with the complete event, to SQS and SNS with its metadata only.

    Signs as the function's role. A refusal raises, because nothing else would report it.
    """

    def __init__(
        self,
        settings: MappingSettings,
        role: RoleClients,
        clients: ClientSource,
        clock: Callable[[], float] = time,
    ) -> None:
        self._settings = settings
        self._role = role
        self._clients = clients
        self._clock = clock
        self._queue_url: str | None = None

    def send(self, shard_id: str, batch: ShardBatch, condition: Condition, answer: InvocationAnswer | None) -> bool:
        """Report `batch`, whose last answer was `answer`. Returns False if the mapping has no destination."""
        arn = self._settings.on_failure_arn
        if arn is None:
            return False
        now = datetime.fromtimestamp(self._clock(), UTC)
        record = self._metadata(shard_id, batch, condition, answer, now)
        service, resource = arn.split(":", 5)[2::3]
        if service == "s3":
            record["payload"] = batch.payload().decode()
            self._role.client("s3").put_object(
                Bucket=resource,
                Key=object_key(self._settings.uuid, shard_id, now),
                Body=dumps(record).encode(),
                ContentType="application/json",
            )
        elif service == "sqs":
            self._role.client("sqs").send_message(QueueUrl=self._queue(arn), MessageBody=dumps(record))
        else:
            self._role.client("sns").publish(TopicArn=arn, Message=dumps(record))
        return True

    def _queue(self, arn: str) -> str:
        # Lambda needs no permission to find the queue, so this call does not use the role.
        if self._queue_url is None:
            account, name = arn.split(":")[4:6]
            answer = self._clients.client("sqs").get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)
            self._queue_url = str(answer["QueueUrl"])
        return self._queue_url

    def _metadata(
        self, shard_id: str, batch: ShardBatch, condition: Condition, answer: InvocationAnswer | None, now: datetime
    ) -> dict[str, Any]:
        first, last = batch.records[0], batch.records[-1]
        record: dict[str, Any] = {
            "requestContext": {
                "requestId": answer.request_id if answer else str(uuid4()),
                "functionArn": self._settings.function_arn,
                "condition": condition.value,
                "approximateInvokeCount": batch.invocations,
            },
            "version": "1.0",
            "timestamp": _iso(now),
            "KinesisBatchInfo": {
                "shardId": shard_id,
                "startSequenceNumber": first.sequence_number,
                "endSequenceNumber": last.sequence_number,
                "approximateArrivalOfFirstRecord": _iso(datetime.fromtimestamp(first.arrived, UTC)),
                "approximateArrivalOfLastRecord": _iso(datetime.fromtimestamp(last.arrived, UTC)),
                "batchSize": len(batch.records),
                "streamArn": self._settings.event_source_arn,
            },
        }
        if answer is not None:
            context = {"statusCode": answer.status_code, "executedVersion": answer.executed_version}
            error = {"functionError": answer.function_error} if answer.function_error else {}
            record["responseContext"] = context | error
        return record


def object_key(mapping_uuid: str, shard_id: str, now: datetime) -> str:
    """Return the documented name: `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<random UUID>`."""
    return f"aws/lambda/{mapping_uuid}/{shard_id}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{uuid4()}"


def _iso(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
