"""The key of the page tokens: read seldom, replaced without a gap, and never one that is too short."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.http.errors import HttpError
from lambda_src.common.settings import SettingsError
from lambda_src.query_api.token_key import DOUBT_SECONDS, MAX_AGE_SECONDS, TokenKey
from lambda_src.query_api.tokens import Tokens
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.fakes import client_error
from tests.unit.functions.query.fake_runs import FakeParameters

OLD, NEW = "o" * 64, "n" * 64
AWAY = client_error("ThrottlingException")


class Container:
    """A function's container, with a clock of its own in seconds."""

    def __init__(self, parameters):
        self.seconds = 0.0
        self.key = TokenKey(lambda: parameters, "key", lambda: self.seconds)
        self.tokens = Tokens(self.key)


def issue(container):
    return container.tokens.issue("query", [1], NOW_MS)


def read(container, token):
    return container.tokens.read(token, "query", list[int], NOW_MS)


def test_the_key_is_read_once_in_five_minutes():
    parameters = FakeParameters(value=OLD)
    container = Container(parameters)

    container.key.current()
    container.seconds = MAX_AGE_SECONDS - 1
    container.key.current()
    assert parameters.reads == 1

    container.seconds = MAX_AGE_SECONDS
    parameters.value = NEW
    assert container.key.current() == NEW.encode()


def test_a_token_signed_with_the_new_key_is_valid_everywhere():
    parameters = FakeParameters(value=OLD)
    behind, ahead = Container(parameters), Container(parameters)
    behind.key.current()
    parameters.value = NEW
    token = issue(ahead)

    behind.seconds = DOUBT_SECONDS

    assert read(behind, token) == [1]


def test_invalid_tokens_cause_at_most_one_read_per_ten_seconds():
    parameters = FakeParameters(value=OLD)
    container = Container(parameters)
    garbage = "1.e30." + "A" * 43

    for second in range(100):
        container.seconds = float(second)
        with pytest.raises(HttpError):
            read(container, garbage)

    assert parameters.reads == 10


def test_an_unavailable_service_is_temporary_only_without_a_known_key():
    parameters = FakeParameters(AWAY, value=OLD)
    container = Container(parameters)
    with pytest.raises(TemporaryFailureError):
        container.key.current()

    token = issue(container)
    parameters.script = [AWAY, AWAY]
    container.seconds = MAX_AGE_SECONDS

    assert read(container, token) == [1]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ParameterNotFound"])
def test_what_only_a_deployment_mends_is_raised(code):
    with pytest.raises(ClientError, match=code):
        Container(FakeParameters(client_error(code))).key.current()


def test_a_short_key_is_a_deployment_fault_without_its_value():
    with pytest.raises(SettingsError, match="at least 32 bytes") as fault:
        Container(FakeParameters(value="short")).key.current()

    assert "short" not in str(fault.value).replace("shorter", "")
