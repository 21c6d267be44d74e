"""A stream that takes records only in part, which moto's never does."""

from __future__ import annotations

from typing import Any


class FakeKinesis:
    """``script`` says for each call which records fail (by index), or raises."""

    def __init__(self, *script: Any) -> None:
        self.records: list[tuple[str, bytes]] = []
        self.calls: list[list[dict[str, Any]]] = []
        self.script = list(script)

    def put_records(self, *, StreamName: str, Records: Any) -> dict[str, Any]:  # noqa: N803  # the SDK's names
        self.calls.append(Records)
        step = self.script.pop(0) if self.script else set()
        if isinstance(step, Exception):
            raise step
        answers = []
        for index, item in enumerate(Records):
            if index in step:
                answers.append({"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "slow down"})
            else:
                self.records.append((item["PartitionKey"], item["Data"]))
                answers.append({"SequenceNumber": str(index), "ShardId": "shardId-000000000000"})
        return {"FailedRecordCount": len(step), "Records": answers}
