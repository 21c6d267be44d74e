"""S3 buckets: requests, and storage by class as the lifecycle moves it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from ops.cost.scene import SECONDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.usage import Amount
    from ops.cost.plan import Resource
    from ops.cost.scene import Scene

CLASSES = {"STANDARD_IA": "s3-standard-ia", "GLACIER": "s3-glacier", "DEEP_ARCHIVE": "s3-deep-archive"}
SMALLEST_MOVED = 128 * 1024
"""A lifecycle leaves smaller objects where they are (S3 guide, Transitioning objects)."""
INCLUDED = "its objects are charged to the bucket"


def _bucket(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    (lifecycle,) = [
        each for each in scene.plan.of_kind("aws_s3_bucket_lifecycle_configuration") if each.refers_to(resource)
    ]
    (rule,) = lifecycle.values["rule"]
    expired = [each["days"] for each in rule.get("expiration") or ()]
    last = min(expired, default=inf)
    for amount in scene.amounts(resource, "objects"):
        yield Quantity("s3-put", amount.per_second * SECONDS)
        moves = [(each["days"], CLASSES[each["storage_class"]]) for each in rule.get("transition") or ()]
        yield from _kept(amount, sorted(moves) if amount.size >= SMALLEST_MOVED else [], last, scene)


def _kept(amount: Amount, moves: list[tuple[float, str]], last: float, scene: Scene) -> Iterator[Quantity]:
    """Storage of each class between the day that objects reach it and the day that they leave it."""
    written = amount.per_second * amount.size
    steps = [(0.0, "s3-standard"), *moves]
    for index, (first, name) in enumerate(steps):
        until = min(steps[index + 1][0] if index + 1 < len(steps) else inf, last)
        kept = scene.kept_gb(written, until) - scene.kept_gb(written, min(first, until))
        yield Quantity(f"{name}-gb-month", kept)
        if index and first < min(scene.age_days, last):
            yield Quantity(f"{name}-transition", amount.per_second * SECONDS)


PRICED = {"aws_s3_bucket": _bucket}
FREE = {
    "aws_s3_bucket_lifecycle_configuration": INCLUDED,
    "aws_s3_bucket_logging": "its log files are charged to the bucket that gets them",
    "aws_s3_bucket_object_lock_configuration": INCLUDED,
    "aws_s3_bucket_ownership_controls": INCLUDED,
    "aws_s3_bucket_policy": INCLUDED,
    "aws_s3_bucket_public_access_block": INCLUDED,
    "aws_s3_bucket_server_side_encryption_configuration": INCLUDED,
    "aws_s3_bucket_versioning": INCLUDED,
}
UNPRICED = {
    "aws_s3_bucket_replication_configuration": "copies cost requests and transfer, and storage in the other bucket",
}
