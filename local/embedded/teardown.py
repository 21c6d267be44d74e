"""Steps before `terraform destroy` that an owner does by hand, because the plan protects data."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Protocol

_PAGE = 1000  # Objects per DeleteObjects call.


class TeardownClients(Protocol):
    """Gives clients of one account: an embedded one's, or a real one's."""

    def client(self, service: str) -> Any: ...


def empty_buckets(clients: TeardownClients, buckets: Iterable[str]) -> None:
    """Delete every version of every object, and every delete marker."""
    s3 = clients.client("s3")
    for bucket in buckets:
        versions = _versions(clients, bucket)
        while page := list(islice(versions, _PAGE)):
            s3.delete_objects(Bucket=bucket, Delete={"Objects": page, "Quiet": True})


def unprotect_tables(clients: TeardownClients, tables: Iterable[str]) -> None:
    """Take the deletion protection off DynamoDB tables."""
    for table in tables:
        clients.client("dynamodb").update_table(TableName=table, DeletionProtectionEnabled=False)


def _versions(clients: TeardownClients, bucket: str) -> Iterator[dict[str, str]]:
    found = [
        {"Key": entry["Key"], "VersionId": entry["VersionId"]}
        for page in clients.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket)
        for kind in ("Versions", "DeleteMarkers")
        for entry in page.get(kind, ())
    ]
    return iter(found)
