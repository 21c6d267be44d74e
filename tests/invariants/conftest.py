"""What the invariants share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.lake_stack import KEY_ARN, with_lake

if TYPE_CHECKING:
    from tests.support.synth import Synthesized


@pytest.fixture(scope="session")
def lake_stack(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return with_lake(tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="session")
def protected_lake(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A lake with every option on."""
    return with_lake(
        tmp_path_factory.mktemp("protected"),
        partition_by_sensor_type=True,
        object_lock_days=30,
        replica_bucket_arn="arn:aws:s3:::copy",
        replica_key_arn=KEY_ARN,
        crawler_cron="cron(0 */6 * * ? *)",
        analysts=("arn:aws:iam::123456789012:role/people",),
    )
