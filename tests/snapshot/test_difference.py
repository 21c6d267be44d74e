"""A changed snapshot is shown by concern and resource, and accepting it leaves nothing to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.snapshots import SHOWN, accept, accepted, difference

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = {"kms": {"aws_kms_key key": {"enable_key_rotation": True, "tags": {"a": 1, "b": 2}}}}


def test_equal_concerns_have_no_difference() -> None:
    assert difference(BEFORE, BEFORE) == ""


def test_a_changed_line_is_shown_with_its_resource() -> None:
    after = {"kms": {"aws_kms_key key": {"enable_key_rotation": False, "tags": {"a": 1, "b": 2}}}}
    shown = difference(BEFORE, after).splitlines()
    assert shown[:2] == ["== kms: 1 changed", "~ aws_kms_key key"]
    assert '  -  "enable_key_rotation": true,' in shown
    assert '  +  "enable_key_rotation": false,' in shown


def test_added_and_removed_resources_are_named() -> None:
    shown = difference(BEFORE, {"s3": {"aws_s3_bucket raw": {"bucket": "raw"}}}).splitlines()
    assert "- aws_kms_key key" in shown
    assert "+ aws_s3_bucket raw" in shown
    assert '  +   "bucket": "raw"' in shown


def test_a_long_difference_is_cut_and_says_so() -> None:
    shown = difference({}, {"dashboard": {"body": list(range(SHOWN * 2))}}).splitlines()
    assert len(shown) == SHOWN + 2
    assert shown[-1] == "  … 63 more lines"


def test_accepting_rewrites_adds_and_removes_files(tmp_path: Path) -> None:
    assert accept("one", {**BEFORE, "s3": {"b": 1}}, tmp_path) == ["kms", "s3"]
    after = {"kms": {}, "iam": {"role": {"name": "ü"}}}
    assert accept("one", after, tmp_path) == ["iam", "kms", "s3"]
    assert accepted("one", tmp_path) == after
    assert accept("one", after, tmp_path) == []


def test_a_snapshot_with_conflict_markers_is_named(tmp_path: Path) -> None:
    accept("one", BEFORE, tmp_path)
    (tmp_path / "one" / "kms.json").write_text("<<<<<<< HEAD\n{}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"kms\.json is not JSON .* run 'make snapshots'"):
        accepted("one", tmp_path)
