"""Who must stay out does, over a real connection, and leaves nothing; without the one protection it would get in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.devices.acts import admitted
from tests.e2e.devices.cases import CASES, LET_IN, Case
from tests.support.devices import Papers

if TYPE_CHECKING:
    from tests.e2e.devices.conftest import Played
    from tests.e2e.devices.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))


@every_case
def test_access_beyond_a_devices_own_is_refused_without_traces(played: Played, case: Case) -> None:
    assert played.attempt(case.name, opened=False) == case.refusal
    assert played.stores.holding(case.marker(opened=False)) == set()


@every_case
def test_without_the_one_protection_it_would_get_through(played: Played, case: Case) -> None:
    assert len(case.protections()) == 1, "the two standings differ in what refuses, and in nothing else"
    assert played.attempt(case.name, opened=True) == LET_IN
    assert played.stores.holding(case.marker(opened=True)) - {"devices_table"} == case.reaches


@pytest.mark.xfail(strict=True, reason="MiniStack serves a client without a certificate as the account's own")
def test_no_certificate_at_all_is_refused(stage: Stage, played: Played) -> None:
    """In AWS the TLS handshake ends here. MiniStack asks for a certificate and takes none for an answer.

    Nothing of the stack stands between: the test is here so that it says when MiniStack refuses, too.
    """
    assert not admitted(stage, Papers("nobody", None, None), "nobody.")
