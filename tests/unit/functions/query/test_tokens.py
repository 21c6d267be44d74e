"""Page tokens: good for one query and one day, and for nothing that anybody made or bent."""

from __future__ import annotations

import string
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from lambda_src.common.http.errors import HttpError
from lambda_src.query_api.token_key import TokenKey
from lambda_src.query_api.tokens import LONGEST, Tokens
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.query.deployment import PAST_MS, at, found, refused, values
from tests.unit.functions.query.fake_runs import FakeParameters, Plant

A_DAY_MS = 86_400_000

QUERY: Any = {"device_id": "press-1", "from_": PAST_MS, "to": PAST_MS + 10}
OTHERS = [
    {"device_id": "press-2"},
    {"from_": PAST_MS - 1},
    {"to": PAST_MS + 11},
    {"from_": None},
    {"order": "desc"},
    {"sensor_type": "temperature"},
    {"from_": None, "to": None, "event_date": "2025-11-20"},
]


def tokens(value="k" * 64):
    return Tokens(TokenKey(lambda: FakeParameters(value=value), "key"))


def reading_refused(made, token, *, fingerprint="query", now_ms=NOW_MS):
    with pytest.raises(HttpError) as refusal:
        made.read(token, fingerprint, list[int], now_ms)
    assert (refusal.value.status, refusal.value.code) == (400, "invalid_token")
    return refusal.value.message


@pytest.fixture(scope="module")
def plant():
    made = Plant()
    made.store(at(*range(5)))
    made.store(at(*range(5), device_id="press-2"))
    return made


@pytest.fixture(scope="module")
def token(plant):
    """Of the first page of `QUERY`."""
    return plant.page(**QUERY, limit=2)["next_token"]


@pytest.mark.parametrize("changes", OTHERS)
def test_a_token_of_another_query_is_refused(plant, token, changes):
    assert refused(plant.ask(**(QUERY | changes), next_token=token)) == "invalid_token"


def test_tokens_of_devices_and_of_readings_are_not_interchangeable(plant, token):
    assert refused(plant.answer({"next_token": token}, "/devices")) == "invalid_token"


@pytest.mark.parametrize(
    "same",
    [
        {"limit": 1},
        {"limit": 1000},
        {"order": "asc"},
        {"table": "processed"},
        {"from_": "2025-11-20T20:05:45Z"},
        {"from_": PAST_MS / 1000},
    ],
)
def test_an_equivalent_query_or_another_limit_keeps_the_token_valid(plant, token, same):
    page = found(plant.ask(**(QUERY | same), next_token=token))

    assert values(page["items"]) == [2.0, 3.0, 4.0][: same.get("limit", 3)]


def test_every_character_of_a_token_counts(plant, token):
    for index, character in enumerate(token):
        for other in {"A", "B", ".", string.ascii_letters[(string.ascii_letters.find(character) + 1) % 52]} - {
            character
        }:
            assert refused(plant.ask(**QUERY, next_token=token[:index] + other + token[index + 1 :])) == "invalid_token"


def test_the_bits_that_base64_leaves_over_count_too(plant, token):
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    for other in set(alphabet) - {token[-1]}:
        assert refused(plant.ask(**QUERY, next_token=token[:-1] + other)) == "invalid_token"


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "null",
        "1.",
        "1..",
        "1.e30." + "A" * 43,
        "2.e30." + "A" * 43,
        "1.e30." + "A" * 43 + "=",
        "1.e30." + "A" * 43 + "\n",
        "\N{FACTORY}",
        "\0",
        "\ud800",
        "' OR 1=1 --",
        "A" * 100_000,
        "1." + "A" * LONGEST + "." + "A" * 43,
    ],
)
def test_garbage_is_refused(plant, token, garbage):
    assert refused(plant.ask(**QUERY, next_token=garbage)) == "invalid_token"


def test_a_changed_or_foreign_token_is_refused():
    theirs = tokens("their own key, which is long enough").issue("query", [1], NOW_MS)

    assert "next_token is not valid;" in reading_refused(tokens(), theirs)


def test_another_format_version_is_refused_even_if_signed_by_us():
    made = tokens()
    _, content, _ = made.issue("query", [1], NOW_MS).split(".")

    assert "next_token is not valid;" in reading_refused(made, f"2.{content}.{'A' * 43}")


def test_a_token_holds_for_a_day():
    made = tokens()
    token = made.issue("query", [1, 2], NOW_MS)

    assert made.read(token, "query", list[int], NOW_MS + A_DAY_MS - 1) == [1, 2]
    assert "expired" in reading_refused(made, token, now_ms=NOW_MS + A_DAY_MS)


def test_an_expired_token_is_a_400(plant, token):
    assert refused(plant.ask(**QUERY, next_token=token, at_ms=NOW_MS + A_DAY_MS)) == "invalid_token"


def test_the_refusal_names_the_fault_and_never_the_token():
    made = tokens()
    token = made.issue("query", [1], NOW_MS)

    assert "not valid for this query" in reading_refused(made, token, fingerprint="other")
    assert "secret" not in reading_refused(made, urlsafe_b64encode(b"secret").decode())


def test_a_token_goes_through_an_address_as_it_is(token):
    assert set(token) <= {*string.ascii_letters, *string.digits, "-", "_", "."}
    assert len(token) < 300
