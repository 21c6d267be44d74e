"""Costs need no AWS; the tests of the price list talk to a server of their own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the surroundings of the other operator commands, which refuse every connection."""
    monkeypatch.delenv("AWS_REGION", raising=False)
