"""Adding a store touches its construct, its writer, its ledger reader and its settings, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.walk import listed_files
from tests.walks.mirror_store import CONFIG, CONSTRUCT, READER, WRITER

if TYPE_CHECKING:
    from tests.support.walk import Walk

SYNTHESIZE = """
import json, msgspec, pathlib
from lib.app import build
from lib.config import load_preset
from ops.cost.items import costs_of
from ops.cost.plan import plan_of
from ops.cost.prices import prices_in, read_prices
from lib.usage import traffic_of

config = load_preset("manufacturing")
config = msgspec.structs.replace(config, mirror=msgspec.structs.replace(config.mirror, enabled=True))
out = pathlib.Path("out").resolve()
build(config=config, environment_suffix="test", outdir=out).synth()
plan = json.loads((out / "stacks" / "TapStacktest" / "cdk.tf.json").read_text())
resources = plan["resource"]
(bucket,) = [id_ for id_ in resources["aws_s3_bucket"] if id_.startswith("mirror_")]
name = "${aws_s3_bucket.%s.bucket}" % bucket
assert plan["output"]["mirror_bucket"]["value"] == name
named = {
    function["function_name"]
    for function in resources["aws_lambda_function"].values()
    if function["environment"]["variables"].get("MIRROR_BUCKET") == name
}
assert named == {"iot-processor-test"}, named
writers = [each["role"] for each in resources["aws_iam_role_policy"].values() if each["name"] == "write-mirror"]
assert len(writers) == 1 and "processor" in writers[0], writers
traffic = traffic_of(config, readings_per_second=10)
costs = costs_of(plan_of(config, "test"), traffic, prices_in("us-east-1", read_prices()), age_days=30)
assert costs.unpriced == {}, costs.unpriced
put = [each.quantity for each in costs.items if each.resource.endswith(bucket) and each.price == "s3-put"]
assert put == [10 * 730 * 3600], put
"""
USE = """
import json, os
import boto3
from moto import mock_aws

os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}
os.environ["AWS_REGION"] = "us-east-1"

from lambda_src.processor.pipeline import process
from lambda_src.processor.settings import ProcessorSettings
from lambda_src.processor.wiring import parts_of
from lib.config import load_preset
from local.ledger.account import account
from local.ledger.stores import readers_for
from tests.unit.functions.factories import deadline, records, series
from lambda_src.common.readings.decode import decode


class Clients:
    def client(self, service):
        return boto3.client(service)


with mock_aws():
    for bucket in ("mirror", "quarantine"):
        boto3.client("s3").create_bucket(Bucket=bucket)
    settings = ProcessorSettings(environment_suffix="t", quarantine_bucket="quarantine", mirror_bucket="mirror")
    batch = records(*series(5))
    assert not process(batch, parts_of(settings, ordered=True), deadline()).again
    sent = {r.identity: r.value for each in batch for r in decode(each.data, arrived_ms=each.arrived_ms).readings}
    (reader,) = readers_for(Clients(), {"mirror_bucket": "mirror"}, {}, load_preset("manufacturing"))
    found = account(reader.name, reader.expected(sent), reader.read())
    assert found.ok and found.found == 5, found
"""


def test_a_store_takes_its_construct_writer_reader_and_settings(walk: Walk) -> None:
    walk.insert("lib/config/storage.py", CONFIG, before="class ProcessedConfig(")
    walk.insert("lib/config/model.py", "    MirrorConfig,\n", after="    LifecycleConfig,\n")
    walk.insert(
        "lib/config/model.py", "    mirror: MirrorConfig = MirrorConfig()\n", before="    quarantine: LifecycleConfig"
    )
    walk.insert(
        "lambda_src/processor/stores/settings.py", '    mirror_bucket: str = ""\n', before="    anomalies_bucket:"
    )
    walk.create("lib/store/mirror.py", CONSTRUCT)
    walk.create("lambda_src/processor/stores/mirror.py", WRITER)
    walk.create("local/ledger/mirror.py", READER)

    walk.run("-c", SYNTHESIZE)
    walk.run("-c", USE)
    walk.test("tests/invariants/test_structure.py", "-k", "not short")
    assert walk.touched() == listed_files("Add a store", NAME="mirror")
