"""What each preset synthesizes to. `make snapshots` accepts the present output.

What must hold whatever changes is in tests/invariants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import PRESETS
from tests.support.snapshots import accepted, difference, stale_folders

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.synth import Synthesized


@pytest.mark.parametrize("preset", PRESETS)
def test_synthesizes_as_accepted(preset: str, synthesized: Callable[[str], Synthesized]) -> None:
    changes = difference(accepted(preset), synthesized(preset).concerns())
    if changes:
        pytest.fail(f"{preset} is not what was accepted ('make snapshots' accepts it):\n{changes}", pytrace=False)


def test_no_snapshot_outlives_its_preset() -> None:
    assert stale_folders() == []
