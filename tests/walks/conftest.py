"""What the walks share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.walk import Walk

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def walk(tmp_path: Path) -> Walk:
    return Walk(tmp_path / "copy")
