"""What is archived can be sent through the processor again, and nothing changes but the verdicts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from local.ledger.tables import scan
from tests.support.stored_runs import readings_between

if TYPE_CHECKING:
    from tests.e2e.lake.conftest import Lake

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]


def everything(lake: Lake) -> dict[str, Any]:
    """What each store holds, as its readers see it: each reading once, with its value and verdict."""
    found: dict[str, Any] = {reader.name: sorted(set(reader.read())) for reader in lake.readers}
    items = list(scan(lake.deployment.clients, lake.deployment.outputs["readings_table"]))
    seen = [(r.identity, r.value, r.is_anomaly) for r in readings_between(items, 0, time.time_ns())]
    return {**found, "verdicts": seen}


def test_a_replay_of_all_leaves_every_store_as_it_was(lake: Lake, tmp_path: Any) -> None:
    before, accounts = everything(lake), lake.accounts()
    start, end = lake.span
    done = lake.ops("replay", "--from", start, "--to", end, "--state", str(tmp_path / "state.json"))
    assert done.status == 0, done.err
    assert f"{len(lake.readings):,}" in done.out.replace("\n", " ")
    assert everything(lake) == before
    # No copy was added either, except runs of other boundaries.
    repeats = {name: each.repeats for name, each in lake.accounts().items() if name != "dynamodb_readings"}
    assert repeats == {name: each.repeats for name, each in accounts.items() if name != "dynamodb_readings"}


def test_a_dry_run_sends_nothing(lake: Lake, tmp_path: Any) -> None:
    start, end = lake.span
    done = lake.ops("replay", "--from", start, "--to", end, "--dry-run", "--state", str(tmp_path / "state.json"))
    assert done.status == 0, done.err


def test_an_empty_period_says_so(lake: Lake, tmp_path: Any) -> None:
    arguments = ("--from", "2020-12-31", "--to", "2021-01-02", "--state", str(tmp_path / "state.json"))
    done = lake.ops("replay", *arguments)
    assert done.status == 0, done.err


def test_an_invalid_parquet_object_is_named_and_the_rest_replayed(lake: Lake, tmp_path: Any) -> None:
    s3, bucket = lake.deployment.clients.client("s3"), lake.deployment.outputs["lake_bucket"]
    first = s3.list_objects_v2(Bucket=bucket, Prefix="readings/")["Contents"][0]["Key"]
    whole = s3.get_object(Bucket=bucket, Key=first)["Body"].read()
    folder = first.rpartition("/")[0]
    broken = {f"{folder}/cut-off.parquet": whole[:-20], f"{folder}/no-parquet.parquet": b"hello"}
    for key, body in broken.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    start, end = lake.span
    try:
        done = lake.ops("replay", "--from", start, "--to", end, "--state", str(tmp_path / "state.json"))
    finally:
        for key in broken:
            s3.delete_object(Bucket=bucket, Key=key)
    assert done.status == 1
    for key in broken:
        assert key in done.out + done.err
