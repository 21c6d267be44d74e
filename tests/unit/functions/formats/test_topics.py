"""Topic filters, and which format a message gets."""

from __future__ import annotations

import pytest

from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.formats.table import FormatTable
from lambda_src.common.readings.formats.topics import parse_filter


@pytest.mark.parametrize(
    ("text", "topic", "names"),
    [
        ("a/b", "a/b", {}),
        ("a/b", "a/c", None),
        ("a/b", "a", None),
        ("a/+", "a/b", {}),
        ("a/+", "a/b/c", None),
        ("a/#", "a", {}),
        ("a/#", "a/b/c", {}),
        ("#", "a", {}),
        ("a/{device}/{sensor}", "a/press-7/temp", {"device": "press-7", "sensor": "temp"}),
        ("{line}/#", "hall/x/y", {"line": "hall"}),
        ("a/{device}", "a/b/c", None),
    ],
)
def test_a_filter_matches_topics(text, topic, names):
    assert parse_filter(text).match(topic) == names


@pytest.mark.parametrize("text", ["a/#/b", "a+/b", "{Device}", "a/{x}/{x}", "{key}", "{key1}", "{path}", "a/{", "a#"])
def test_another_text_is_no_filter(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_filter(text)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("a/b", "a/b", True),
        ("a/+", "a/b", True),
        ("a/{device}", "a/b", True),
        ("a/b", "a/c", False),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("a/b", "a/b/c", False),
        ("+/b", "a/c", False),
        ("#", "a/b", True),
    ],
)
def test_filters_overlap_where_a_topic_matches_both(one, other, both):
    assert parse_filter(one).overlaps(parse_filter(other)) is both
    assert parse_filter(other).overlaps(parse_filter(one)) is both


def test_a_topic_counts_before_the_entrypoint():
    table = FormatTable([Format(name="own", topic="a/+"), Format(name="rest", entrypoint="mqtt")])

    found = [table.find("a/b", "mqtt"), table.find("b", "mqtt"), table.find("b", "http")]

    assert [bound and bound.form.name for bound in found] == ["own", "rest", None]


def test_a_format_keeps_what_it_does_not_replace():
    table = FormatTable([Format(name="mine", extends="kepware", zone="Europe/Berlin", topic="a")])
    bound = table.find("a")

    assert bound is not None
    assert (bound.form.form.each, bound.form.form.last, bound.form.form.zone) == ("values[]", ".", "Europe/Berlin")
