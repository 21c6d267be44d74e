"""What the tests of the stack's parts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.lake import empty_lake

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


@pytest.fixture
def lake() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_lake() as connection:
        yield connection
