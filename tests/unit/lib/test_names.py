"""Names and policies: the small rules that every construct leans on."""

from __future__ import annotations

import json

import pytest

from lib.building.iam import Statement, policy_json
from lib.naming import BUCKET_LIMIT, Naming, fit

LONGEST = Naming(suffix="x" * 20, region="ap-northeast-1", account="123456789012")


def test_a_name_says_project_part_and_suffix() -> None:
    assert Naming(suffix="pr123", region="eu-central-1", account="1").name("processor") == "iot-processor-pr123"


def test_a_bucket_name_with_longest_suffix_and_region_fits() -> None:
    assert len(LONGEST.bucket("on-failure")) == BUCKET_LIMIT


def test_a_name_that_is_too_long_ends_in_its_hash() -> None:
    one, other = LONGEST.name("a" * 60 + "1"), LONGEST.name("a" * 60 + "2")
    assert len(one) == len(other) == 64
    assert one != other
    assert one.endswith("-" + "x" * 20)


def test_a_name_that_fits_stays_as_it_is() -> None:
    assert fit("iot-raw", 7) == "iot-raw"


@pytest.mark.parametrize("statement", [{"actions": ("s3:*",)}, {"actions": ("s3:GetObject",), "resources": ("*",)}])
def test_a_star_without_a_reason_is_refused(statement: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="a star needs star_reason"):
        Statement(**statement)  # type: ignore[arg-type]


def test_a_star_needs_a_reason_which_stays_outside_the_policy() -> None:
    statement = Statement(actions=("xray:PutTraceSegments",), resources=("*",), star_reason="no resource to name")
    assert json.loads(policy_json(statement)) == {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"}],
    }


def test_equal_policies_are_equal_text() -> None:
    one = Statement(actions=("a:B",), conditions={"StringEquals": {"x": "1", "y": "2"}})
    other = Statement(actions=("a:B",), conditions={"StringEquals": {"y": "2", "x": "1"}})
    assert policy_json(one) == policy_json(other)
