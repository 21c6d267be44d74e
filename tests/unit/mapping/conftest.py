"""Fixtures of the mapping's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.mapping.harness import Run

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def run() -> Iterator[Run]:
    made = Run()
    yield made
    made.end()
