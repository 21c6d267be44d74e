"""What delivers to the archives is at work, and who asks them in SQL does so within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.live import Live


def test_a_delivery_is_active_and_reads_the_stream(live: Live, delivery: str) -> None:
    firehose = live.client("firehose")
    found = firehose.describe_delivery_stream(DeliveryStreamName=live.outputs[delivery])["DeliveryStreamDescription"]
    source = found["Source"]["KinesisStreamSourceDescription"]["KinesisStreamARN"]
    assert (found["DeliveryStreamStatus"], source) == ("ACTIVE", live.outputs["stream_arn"])


@pytest.mark.needs("athena_workgroup")
def test_the_workgroup_enforces_its_limit_its_place_and_our_key(live: Live) -> None:
    found = live.client("athena").get_work_group(WorkGroup=live.outputs["athena_workgroup"])["WorkGroup"]
    settings = found["Configuration"]
    assert (found["State"], settings["EnforceWorkGroupConfiguration"]) == ("ENABLED", True)
    assert settings["BytesScannedCutoffPerQuery"] > 0
    results = settings["ResultConfiguration"]
    assert results["OutputLocation"].startswith(f"s3://{live.outputs['athena_results_bucket']}/")
    encryption = results["EncryptionConfiguration"]
    assert (encryption["EncryptionOption"], encryption["KmsKey"]) == ("SSE_KMS", live.outputs["kms_key_arn"])


@pytest.mark.needs("athena_workgroup")
def test_the_named_queries_are_of_our_database(live: Live) -> None:
    athena, workgroup = live.client("athena"), live.outputs["athena_workgroup"]
    pages = athena.get_paginator("list_named_queries").paginate(WorkGroup=workgroup)
    ids = [query_id for page in pages for query_id in page["NamedQueryIds"]]
    databases = {athena.get_named_query(NamedQueryId=each)["NamedQuery"]["Database"] for each in ids}
    assert databases == {live.outputs["glue_database"]}
