"""Adding a store touches its construct, its writer, its ledger reader and its settings, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.walk import listed_files

if TYPE_CHECKING:
    from tests.support.walk import Walk

CONFIG = '''class MirrorConfig(LifecycleConfig, frozen=True):
    """A second copy of every reading, one object each."""

    enabled: bool = False


'''
CONSTRUCT = '''"""The mirror: one object per reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.part import PartDescription
from lib.store.bucket import Bucket
from lib.usage import Amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.store.store import StoreSite


class MirrorBucket(Bucket):
    def __init__(self, site: StoreSite) -> None:
        lifecycle = site.context.config.mirror
        super().__init__(site.scope, "mirror", context=site.context, key=site.key, lifecycle=lifecycle)

    def settings(self) -> Mapping[str, object]:
        return {"mirror_bucket": self.name}

    def describe(self) -> PartDescription:
        uses = [self.use(lambda traffic: Amount(per_second=traffic.readings, size=10))]
        return PartDescription(outputs={"mirror_bucket": self.name}, uses=uses)


def build_store(site: StoreSite) -> MirrorBucket | None:
    return MirrorBucket(site) if site.context.config.mirror.enabled else None
'''
WRITER = '''"""The mirror: one object per reading, named by the reading's identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.aws import clients
from lambda_src.processor.stores.settings import ArchiveStoreSettings
from lambda_src.processor.stores.store import Outcome, StoreKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_s3 import S3Client

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.processor.record import Entry


class MirrorStore:
    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def write(self, entries: Sequence[Entry], deadline: Deadline) -> Outcome:
        for entry in entries:
            reading = entry.reading
            key = f"{reading.device_id}/{reading.sensor_type}/{reading.timestamp_ms}"
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=repr(reading.value).encode())
        return Outcome()


def _open(settings: ArchiveStoreSettings, _ordered: bool) -> MirrorStore | None:
    return MirrorStore(clients.s3(), settings.mirror_bucket) if settings.mirror_bucket else None


KIND = StoreKind(settings=ArchiveStoreSettings, open=_open, follows=True)
'''
READER = '''"""Reading the mirror back."""

from collections.abc import Iterator

from lambda_src.common.readings.reading import Identity
from local.endpoints import Clients
from local.ledger.account import Stored
from local.ledger.expected import everything
from local.ledger.objects import NewObjects
from local.ledger.stores import LedgerSources


class MirrorReader:
    name = "s3_mirror"
    repeats = 0
    expected = staticmethod(everything)

    def __init__(self, clients: Clients, bucket: str) -> None:
        self._objects = NewObjects(clients, bucket, "")

    def count(self) -> int:
        return len(list(self.read()))

    def read(self) -> Iterator[Stored]:
        for key, body in self._objects.fetch():
            device, sensor, time = key.split("/")
            yield Identity(device, sensor, int(time)), float(body)


def open_reader(sources: LedgerSources) -> MirrorReader | None:
    bucket = sources.outputs.get("mirror_bucket")
    return MirrorReader(sources.clients, bucket) if bucket else None
'''
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
