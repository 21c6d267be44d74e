"""The SQS queue as the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.aws.errors import TEMPORARY_CODES
from lambda_src.common.transport.sink import OUT_OF_REACH, put_in_chunks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import BatchResultErrorEntryTypeDef

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.transport.records import OutgoingRecord, S
    from lambda_src.common.transport.sink import Left

MESSAGES_PER_CALL = 10
BYTES_PER_CALL = 256 * 1024
"""Limit of SendMessageBatch that all queues and regions have."""
LONGEST = 240_000
"""Limit of a message in bytes, with room for everything beside its body."""


class MessageRefusedError(Exception):
    """The queue rejects a message permanently: its settings or permissions are wrong."""


class QueueSink:
    """Implements `Sink`. A record's data is the message body, so it must be text."""

    longest = LONGEST

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, records: Sequence[OutgoingRecord[S]], deadline: Deadline) -> Left[S]:
        return put_in_chunks(self._send, records, deadline, most=MESSAGES_PER_CALL, size=BYTES_PER_CALL)

    def _send(self, records: Sequence[OutgoingRecord[S]]) -> list[str | None]:
        answer = self._client.send_message_batch(
            QueueUrl=self._url,
            Entries=[{"Id": str(index), "MessageBody": record.data.decode()} for index, record in enumerate(records)],
        )
        failed = {int(item["Id"]): _code(item) for item in answer.get("Failed", ())}
        return [failed.get(index) for index in range(len(records))]


def _code(item: BatchResultErrorEntryTypeDef) -> str:
    code = item["Code"]
    if code in TEMPORARY_CODES:
        return code
    if item["SenderFault"]:
        raise MessageRefusedError(f"{code}: {item.get('Message', '')}")
    return OUT_OF_REACH
