"""Formats that contradict themselves, can never match, or claim the same messages: one line at synthesis."""

from __future__ import annotations

import pytest

from lambda_src.common.readings.formats.named_formats import format_names, named_format
from lib.config import ConfigError, load_preset
from lib.config.format_rules import format_problems, problems_of
from lib.config.load import checked
from tests.unit.functions.formats.samples import OWN_FORMATS


def refusal(*formats, **values):
    with pytest.raises(ConfigError) as caught:
        checked(
            {"preset": "manufacturing", "formats": [{"name": "own"} | each for each in formats], **values}, "x.toml"
        )
    return str(caught.value)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "Own"}, "formats[0].name='Own'"),
        ({"colour": 1}, "formats[0].colour=1: no such key; allowed are name, extends"),
        ({"encoding": "xml"}, "formats[0].encoding='xml': allowed are json, ndjson"),
        ({"name": "kepware"}, "another name than that of a named format"),
        ({"extends": "kep"}, "formats[0].extends='kep': allowed is one of advantech-wise"),
        ({"each": "tags[}"}, "formats[0].each='tags[}': allowed is keys with dots"),
        ({"value": "a..b"}, "formats[0].value='a..b': allowed is keys with dots"),
        ({"sensor": "@key", "each": "tags[]"}, "a {} in 'each' that gives it (there are 0)"),
        ({"sensor": "@key3", "each": "{}{}"}, "a {} in 'each' that gives it (there are 2)"),
        ({"sensor": "@"}, "only a value is the element itself"),
        ({"unit": "@hall"}, "the name of a level in 'topic'"),
        ({"sensor": "{@hall}.{n}"}, "the name of a level in 'topic'"),
        ({"time": "ts", "skip": ["ts"]}, "formats[0].time='ts': allowed is a path that is not in 'skip'"),
        ({"from": "temp"}, "formats[0].from='temp': allowed is a regular expression with a group"),
        ({"value_from": "("}, "formats[0].value_from='('"),
        ({"good": [1, 2], "uncertain": [2]}, "formats[0].uncertain='2': allowed is a value that is not in 'good'"),
        ({"time_unit": "s", "time_format": "%Y"}, "formats[0].time_unit='s': allowed is left out beside"),
        ({"time_unit": "days"}, "formats[0].zone=None"),
        ({"time_format": "%H:%M"}, "formats[0].time_format='%H:%M': allowed is a form of strptime with year"),
        ({"zone": "Europe/Berlino"}, "formats[0].zone='Europe/Berlino': allowed is an IANA time zone"),
        ({"delimiter": ";"}, "formats[0].delimiter=';': allowed is left out: it is for encoding = 'csv'"),
        ({"encoding": "csv", "delimiter": ",", "decimal": ","}, "another character than 'decimal'"),
        ({"encoding": "csv", "each": "rows[]"}, "a row has cells and nothing else"),
        (
            {"encoding": "csv", "header": ["a", "b"], "value": "c"},
            "value='c': allowed is one of the columns",
        ),
        ({"encoding": "sparkplug-b", "value": "v"}, "Sparkplug's payload says it itself"),
        ({"topic": "a/#/b"}, "formats[0].topic='a/#/b': allowed is # must be the last level"),
        ({"topic": "a/{B}"}, "formats[0].topic='a/{B}'"),
    ],
    ids=str,
)
def test_a_format_that_cannot_work_is_one_line(form, words):
    text = refusal(form)

    assert words in text
    assert text.startswith("x.toml: formats[0].")
    assert "\n" not in text


@pytest.mark.parametrize(
    ("formats", "words"),
    [
        ([{}, {}], "formats[0].name='own': allowed is a name that no other format has"),
        ([{"topic": "a/+"}, {"name": "two", "topic": "a/b"}], "formats[1].topic='a/b': allowed is a filter that"),
        ([{"entrypoint": "http"}, {"name": "two", "entrypoint": "http"}], "one format only; 'own' has it"),
        (
            [{"extends": "sparkplug-b"}, {"name": "two", "topic": ["x", "spBv1.0/#"]}],
            "formats[1].topic='spBv1.0/#'",
        ),
    ],
    ids=str,
)
def test_two_formats_never_claim_one_message(formats, words):
    assert words in refusal(*formats)


def test_formats_that_differ_in_their_topics_are_fine():
    formats = [{"name": "one", "topic": "a/{device}"}, {"name": "two", "topic": ["b/+", "c/#"], "entrypoint": "http"}]

    config = checked({"preset": "manufacturing", "formats": formats}, "x.toml")

    assert [form.name for form in config.formats] == ["one", "two"]


@pytest.mark.parametrize("gateways", [{"a b": ["x"]}, {"gw": []}, {"gw": ["x y"]}, {"gw": [""]}], ids=str)
def test_a_gateway_has_a_name_and_prefixes(gateways):
    text = refusal(gateways=gateways)

    assert text.startswith("x.toml: gateways")
    assert "\n" not in text


def test_the_formats_of_the_samples_follow_the_rules():
    assert list(format_problems(OWN_FORMATS)) == []


@pytest.mark.parametrize("name", format_names())
def test_a_named_format_follows_the_rules(name):
    form = named_format(name)

    assert form is not None
    assert list(problems_of(form)) == []


def test_a_preset_has_no_formats_unless_it_says_so():
    assert load_preset("manufacturing").formats == ()
