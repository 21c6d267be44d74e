"""Settings of the lake and of archives' buckets: what no service would take is named in one line."""

from __future__ import annotations

from typing import Any

import pytest

from lib.config import ConfigError
from tests.unit.lib.test_config import decode

KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c2b3a-1111-2222-3333-444455556666"
CRONS = ["cron(0 */6 * * ? *)", "cron(15 12 * * ? *)", "cron(0 18 ? * MON-FRI *)", "cron(0 8 1 * ? 2026-2030)"]


def lake(**values: Any) -> dict[str, Any]:
    return {"lake": {"enabled": True} | values}


@pytest.mark.parametrize("cron", CRONS)
def test_a_schedule_of_glue_is_taken(cron: str) -> None:
    assert decode(**lake(crawler_cron=cron)).lake.crawler_cron == cron


@pytest.mark.parametrize(
    "cron", ["rate(6 hours)", "0 */6 * * ? *", "cron(0 */6 * * * *)", "cron(0 0 ? * ? *)", "cron(0 */6 * * ?)"]
)
def test_what_is_no_schedule_of_glue_is_refused(cron: str) -> None:
    with pytest.raises(ConfigError, match=r"lake\.crawler_cron="):
        decode(**lake(crawler_cron=cron))


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (lake(buffer_mib=5), "lake.buffer_mib=5: expected `int` >= 64"),
        (lake(buffer_seconds=0), "lake.buffer_seconds=0: expected `int` >= 60"),
        (lake(scan_limit_mib=1), "lake.scan_limit_mib=1: expected `int` >= 10"),
        (lake(replica_bucket_arn="copy"), "lake.replica_bucket_arn='copy'"),
        (
            lake(replica_bucket_arn="arn:aws:s3:::copy"),
            "lake.replica_key_arn=None: allowed is set exactly where lake.replica_bucket_arn is",
        ),
        (
            {"raw": {"replica_key_arn": KEY}},
            f"raw.replica_key_arn='{KEY}': allowed is set exactly where raw.replica_bucket_arn is",
        ),
        (
            {"raw": {"object_lock_days": 400, "expire_days": 365}},
            "raw.expire_days=365: allowed is at least raw.object_lock_days (400)",
        ),
        (lake(infrequent_access_days=5), "lake.infrequent_access_days=5: allowed is at least 30"),
    ],
)
def test_what_cannot_be_is_one_line(values: dict[str, Any], line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        decode(**values)

    assert line in str(caught.value)


def test_a_queue_fills_no_lake() -> None:
    with pytest.raises(ConfigError, match=r"lake\.enabled=True: allowed is false while transport = 'sqs'"):
        decode(**lake(), transport="sqs", archive={"enabled": False}, api={"enabled": True}, tables={"enabled": True})
