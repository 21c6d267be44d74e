"""An act of a shared fixture that fails only fails who asks for it; a connection may be lost before it is dropped."""

from __future__ import annotations

import pytest

from tests.support.acts import play
from tests.support.devices import Broker, Papers, Session


def test_the_result_of_an_act_is_kept() -> None:
    assert play(lambda: 5).result() == 5


def test_an_error_is_raised_only_where_the_result_is_used() -> None:
    failed = play(lambda: 1 // 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            failed.result()


class ClosedSocket:
    """What a socket says that another thread closed a moment ago."""

    def shutdown(self, _how: int) -> None:
        raise OSError(9, "Bad file descriptor")


@pytest.mark.parametrize("transport", [ClosedSocket(), None])
def test_dropping_a_connection_that_is_already_lost_succeeds(
    transport: ClosedSocket | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(Broker("127.0.0.1", 1, None), Papers("burst", None, None))
    monkeypatch.setattr(session._client, "socket", lambda: transport)
    session.drop()
