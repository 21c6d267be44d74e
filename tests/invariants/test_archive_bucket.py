"""An archive's bucket is locked and copied where the settings say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.lake_stack import KEY_ARN, of_lake, rights

if TYPE_CHECKING:
    from tests.support.synth import Synthesized


def test_a_lock_and_a_copy_exist_only_if_configured(lake_stack: Synthesized, protected_lake: Synthesized) -> None:
    kinds = ("aws_s3_bucket_object_lock_configuration", "aws_s3_bucket_replication_configuration")
    assert [lake_stack.all(kind) for kind in kinds] == [{}, {}]
    assert "object_lock_enabled" not in of_lake(lake_stack, "aws_s3_bucket", "lake")
    assert of_lake(protected_lake, "aws_s3_bucket", "lake")["object_lock_enabled"] is True
    retention = protected_lake.one("aws_s3_bucket_object_lock_configuration")["rule"]["default_retention"]
    assert retention == {"mode": "GOVERNANCE", "days": 30}
    (rule,) = protected_lake.one("aws_s3_bucket_replication_configuration")["rule"]
    assert rule["source_selection_criteria"] == {"sse_kms_encrypted_objects": {"status": "Enabled"}}
    assert rule["destination"]["encryption_configuration"] == {"replica_kms_key_id": KEY_ARN}
    assert rule["delete_marker_replication"] == {"status": "Disabled"}


def test_the_copy_is_encrypted_in_the_replicas_region(protected_lake: Synthesized) -> None:
    (encrypting,) = [
        each for each in rights(protected_lake, "lake", "replication-role") if each["Action"] == "kms:Encrypt"
    ]
    assert encrypting["Resource"] == KEY_ARN
    assert encrypting["Condition"] == {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
