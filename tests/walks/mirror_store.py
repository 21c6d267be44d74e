"""The source of a store that no preset has: its settings, construct, writer and reader."""

from __future__ import annotations

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
