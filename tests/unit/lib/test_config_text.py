"""What the settings' text may hold: nothing that AWS refuses later or that Terraform evaluates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import msgspec
import pytest
from msgspec import Meta

from lib.config import Config, ConfigError, load
from lib.config.tags import clean_tags, is_tag_key, is_tag_value

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPRESSION = "text without '${' and '%{'"
PRINCIPAL = "allowed is an account's twelve digits, or the ARN of a user or role of IAM"
ACL = "arn:aws:wafv2:{}:123456789012:regional/webacl/name/0d1c2b3a-1111-2222-3333-444455556666"


def decode(**values: Any) -> Any:
    return load.checked({"preset": "manufacturing", **values}, "environments/x.toml")


def api(**values: Any) -> dict[str, Any]:
    return {"api": {"enabled": True, **values}, "tables": {"enabled": True}}


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"tags": {"team": "a;b"}}, "tags.team='a;b': allowed is at most 256 letters, digits, spaces and _.:/=+-@"),
        ({"tags": {"team": "x" * 257}}, "tags.team="),
        ({"tags": {"team": "a\nb"}}, r"tags.team='a\nb': allowed is at most 256"),
        ({"tags": {"team!": "a"}}, "tags='team!': allowed is a key of 1 to 128 letters"),
        ({"tags": {"": "a"}}, "tags='': allowed is a key of"),
        ({"tags": {"AWS:team": "a"}}, "tags='AWS:team': allowed is a key of"),
        ({"tags": {str(number): "x" for number in range(41)}}, "tags='41 tags': allowed is at most 40"),
        ({"tags": {"team": "${path.root}"}}, f"tags.team='${{path.root}}': allowed is {EXPRESSION}"),
        (
            {"alarms": {"runbook_url": "https://x/${path.root}"}},
            f"alarms.runbook_url='https://x/${{path.root}}': allowed is {EXPRESSION}",
        ),
        (
            {"alerts": {"subscribers": [{"endpoint": "https://x/%{if true}"}]}},
            f"alerts.subscribers[0].endpoint='https://x/%{{if true}}': allowed is {EXPRESSION}",
        ),
        ({"alarms": {"runbook_url": "https://x/" + "y" * 250}}, "alarms.runbook_url="),
        ({"stream": {"producers": ["*"]}}, f"stream.producers[0]='*': {PRINCIPAL}"),
        ({"lake": {"analysts": ["arn:aws:s3:::b"]}}, f"lake.analysts[0]='arn:aws:s3:::b': {PRINCIPAL}"),
        (api(writers=["someone"]), f"api.writers[0]='someone': {PRINCIPAL}"),
        (api(readers=["arn:aws:iam::1:root"]), f"api.readers[0]='arn:aws:iam::1:root': {PRINCIPAL}"),
        (api(cors_origin="https://a.example'"), 'api.cors_origin="https://a.example\'": allowed is an origin'),
        (api(cors_origin="https://*.example"), "api.cors_origin='https://*.example': allowed is an origin"),
        (api(waf_acl_arn="arn:aws:wafv2:x"), "api.waf_acl_arn='arn:aws:wafv2:x': allowed is the ARN of a regional"),
        (
            api(waf_acl_arn=ACL.format("eu-west-1")),
            f"api.waf_acl_arn='{ACL.format('eu-west-1')}': allowed is a web ACL in the deployment's region (us-east-1)",
        ),
        ({"metrics_namespace": "AWS/Lambda"}, "metrics_namespace='AWS/Lambda': allowed is 1 to 255 of"),
        ({"metrics_namespace": ":iot"}, "metrics_namespace=':iot': allowed is 1 to 255 of"),
        ({"metrics_namespace": "iot\n"}, r"metrics_namespace='iot\n': allowed is 1 to 255 of"),
        ({"devices": {"topic_filter": "a/b/c/d/e/f/g/h/+"}}, "devices.topic_filter='a/b/c/d/e/f/g/h/+': allowed is"),
        ({"devices": {"topic_filter": "a" * 128 + "/+"}}, "devices.topic_filter="),
        ({"thresholds": {"Temperature": {"max": 1}}}, "thresholds='Temperature': allowed is a sensor type of"),
        ({"thresholds": {"a b": {"max": 1}}}, "thresholds='a b': allowed is a sensor type of"),
        ({"thresholds": {"t": {"max": float("nan")}}}, "thresholds.t.max=nan: allowed is a finite number"),
        ({"thresholds": {"t": {"min": float("-inf")}}}, "thresholds.t.min=-inf: allowed is a finite number"),
    ],
)
def test_text_that_aws_would_refuse_names_what_is_allowed(values: dict[str, Any], line: str) -> None:
    with pytest.raises(ConfigError) as refused:
        decode(**values)
    assert str(refused.value).startswith(f"environments/x.toml: {line}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "values",
    [
        {"tags": {"cost centre": "Köln/42 = a+b@c_d.e-f", "leer": ""}},
        {"stream": {"producers": ["123456789012", "arn:aws-cn:iam::123456789012:role/path/a+b=c,d.e@f-g"]}},
        api(cors_origin="http://localhost:3000", waf_acl_arn=ACL.format("us-east-1")),
        {"devices": {"topic_filter": "a/b/c/d/e/f/g/+"}},
    ],
)
def test_text_that_aws_takes_is_taken(values: dict[str, Any]) -> None:
    assert decode(**values).preset == "manufacturing"


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("dependabot[bot]", "dependabot bot"),
        ("Ann Müller <ann@example.org>", "Ann Müller ann@example.org"),
        ("a${path.root}b%{if}", "a path.root b if"),
        ("line\nbreak\ttab", "line break tab"),
        ("https://github.com/o/r.git", "https://github.com/o/r.git"),
        ("Mu\u0308ller", "Müller"),
        ("x" * 300, "x" * 256),
        ("x" * 255 + " y", "x" * 255),
    ],
)
def test_a_tag_of_ci_is_cleaned_to_what_iam_takes(given: str, cleaned: str) -> None:
    assert clean_tags({"commit-author": given}) == {"commit-author": cleaned}
    assert is_tag_value(cleaned)


def test_tags_may_stand_below_tags() -> None:
    assert clean_tags({"tags": {"a": "1"}}) == clean_tags({"a": "1"}) == {"a": "1"}
    assert clean_tags({"tags": "x"}) == {"tags": "x"}


def test_a_tag_that_is_no_text_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^default_tags: a=None: allowed is text$"):
        clean_tags({"a": None})  # type: ignore[dict-item]


def test_a_tag_of_which_nothing_is_left_is_left_out() -> None:
    assert clean_tags({"a": "", "b": "[]", "c": "x"}) == {"c": "x"}


def test_a_tags_key_that_no_service_takes_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^default_tags: 'aws:x': allowed is a key of 1 to 128"):
        clean_tags({"aws:x": "1"})


@pytest.mark.parametrize("text", ["a", "ü", "日本", "a b", "a\u2028b", "Ⅷ²"])
def test_letters_digits_and_spaces_of_every_script_are_tags(text: str) -> None:
    assert is_tag_key(text)


@pytest.mark.parametrize("text", ["a;b", "a\0", "ä\u0301", "😀", "a{", "a\n"])
def test_marks_controls_and_symbols_are_no_tags(text: str) -> None:
    assert not is_tag_value(text)


def metas(kind: Any) -> Iterator[Meta]:
    """Every constraint of a type, at whatever depth."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for field in msgspec.structs.fields(kind):
            yield from metas(field.type)
    for part in get_args(kind):
        if isinstance(part, Meta):
            yield part
        else:
            yield from metas(part)


def test_every_pattern_says_in_words_what_it_allows() -> None:
    patterns = [meta for meta in metas(Config) if meta.pattern]
    assert len(patterns) > 15
    assert [meta.pattern for meta in patterns if not meta.description] == []


def test_no_pattern_takes_a_line_break_at_the_end() -> None:
    # In Python ``$`` also matches before one.
    patterns = [meta.pattern for meta in metas(Config) if meta.pattern]
    assert [pattern for pattern in patterns if not pattern.endswith(r"\Z")] == []
