"""AWS inside the process: botocore builds, serializes and signs each request, which is then answered without a
network.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.httpsession import URLLib3Session

from bench.handlers import units

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNING_KEY = '{"algorithm":"HMAC-SHA256","key":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}'
_CELL = "ingest-cell1.timestream.eu-central-1.amazonaws.com"
_VERSION = "1f0c8a4e-6f6b-4b1e-9d39-3f3a5a0e7c11"


class _Body:
    """The part of a urllib3 response that botocore reads."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def stream(self, amt: int = 0, decode_content: bool | None = None) -> Iterator[bytes]:
        yield self._data

    def read(self, amt: int | None = None) -> bytes:
        data, self._data = self._data, b""
        return data


class Traffic:
    """``calls`` counts by operation. ``writes`` keeps the bodies of DynamoDB writes, to be weighed later."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.writes: list[tuple[str, bytes]] = []
        self._lock = Lock()

    def note(self, operation: str, body: Any) -> None:
        """Count one request; handlers may send several at the same time."""
        with self._lock:
            self.calls[operation] += 1
            if operation in units.WRITES:
                self.writes.append((operation, _bytes(body)))

    def clear(self) -> None:
        self.calls.clear()
        self.writes.clear()


@contextmanager
def answered(call_seconds: float = 0.0) -> Iterator[Traffic]:
    """Answer every request of every botocore client, old or new, after ``call_seconds``. Yields the traffic."""
    traffic = Traffic()

    def send(_session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        operation, headers, body = _answer(request)
        traffic.note(operation, request.body)
        if call_seconds:
            time.sleep(call_seconds)
        headers["x-amzn-RequestId"] = "00000000-0000-4000-8000-000000000000"
        return AWSResponse(request.url, 200, _headers(headers), _Body(body))

    with patch.object(URLLib3Session, "send", send):
        yield traffic


def _answer(request: AWSPreparedRequest) -> tuple[str, dict[str, str], bytes]:
    target = _text(request.headers.get("X-Amz-Target", ""))
    host = urlsplit(request.url).netloc
    body = _bytes(request.body)
    if target:
        operation = target.rpartition(".")[2]
        answer = json.dumps(_json_answer(operation, body)).encode()
        return f"{_service(host)}.{operation}", {"Content-Type": "application/x-amz-json-1.1"}, answer
    if ".s3." in f".{host}" or host.startswith("s3"):
        return f"s3.{_s3_operation(request)}", {"ETag": f'"{len(body):032x}"'}, b""
    fields = {key: values[0] for key, values in parse_qs(body.decode(errors="replace")).items()}
    operation = fields.get("Action", request.method)
    return f"{_service(host)}.{operation}", {"Content-Type": "text/xml"}, _xml_answer(operation, fields)


def _json_answer(operation: str, body: bytes) -> dict[str, Any]:
    if operation == "DescribeEndpoints":
        return {"Endpoints": [{"Address": _CELL, "CachePeriodInMinutes": 1440}]}
    if operation == "WriteRecords":
        # Counted without parsing, because the cost of the stand-in is charged to the handler.
        count = body.count(b'"Time"')
        return {"RecordsIngested": {"Total": count, "MemoryStore": count, "MagneticStore": 0}}
    if operation == "BatchWriteItem":
        return {"UnprocessedItems": {}}
    if operation == "BatchExecuteStatement":
        return {"Responses": [{}] * body.count(b'"Statement"')}
    if operation == "BatchGetItem":
        return {"Responses": {}, "UnprocessedKeys": {}}
    if operation == "Query":
        return {"Items": [], "Count": 0, "ScannedCount": 0}
    return _small_answer(operation, json.loads(body or b"{}"))


def _small_answer(operation: str, asked: dict[str, Any]) -> dict[str, Any]:
    if operation == "GetSecretValue":
        return {
            "ARN": asked["SecretId"],
            "Name": "bench",
            "VersionId": _VERSION,
            "SecretString": _SIGNING_KEY,
            "VersionStages": ["AWSCURRENT"],
        }
    if operation in {"PutRecords", "PutRecordBatch"}:
        records = [{"SequenceNumber": "1", "ShardId": "shardId-000000000000"} for _ in asked.get("Records", ())]
        return {"FailedRecordCount": 0, "FailedPutCount": 0, "Records": records, "RequestResponses": records}
    if operation in {"SendMessageBatch", "DeleteMessageBatch"}:
        sent = [{"Id": entry["Id"], "MessageId": entry["Id"]} for entry in asked.get("Entries", ())]
        return {"Successful": sent, "Failed": []}
    if operation == "SendMessage":
        return {"MessageId": _VERSION, "MD5OfMessageBody": hashlib.md5(asked["MessageBody"].encode()).hexdigest()}  # noqa: S324  # the protocol's checksum
    return {}


def _xml_answer(operation: str, fields: dict[str, str]) -> bytes:
    inner = f"<MessageId>{_VERSION}</MessageId>"
    if operation == "PublishBatch":
        ids = [value for key, value in fields.items() if key.endswith(".Id")]
        entries = "".join(f"<member><Id>{i}</Id><MessageId>{_VERSION}</MessageId></member>" for i in ids)
        inner = f"<Successful>{entries}</Successful><Failed/>"
    return (
        f"<{operation}Response><{operation}Result>{inner}</{operation}Result>"
        f"<ResponseMetadata><RequestId>{_VERSION}</RequestId></ResponseMetadata></{operation}Response>"
    ).encode()


def _s3_operation(request: AWSPreparedRequest) -> str:
    return {"PUT": "PutObject", "GET": "GetObject", "DELETE": "DeleteObject"}.get(request.method, request.method)


def _service(host: str) -> str:
    # Timestream's hosts start with the cell (ingest-cell1.timestream.<region>), all others with the service.
    return "timestream" if ".timestream." in host else host.partition(".")[0]


def _headers(values: dict[str, str]) -> HTTPHeaders:
    headers = HTTPHeaders()
    for name, value in values.items():
        headers[name] = value
    return headers


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, bytes | bytearray) else bytes(body.read())
