"""The tripwire: what each preset synthesizes to, a file a preset and concern.

`make snapshots` accepts the present output; what must hold whatever changes stands in tests/invariants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from syrupy.extensions.json import JSONSnapshotExtension

from tests.conftest import PRESETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from syrupy.assertion import SnapshotAssertion

    from tests.support.synth import Synthesized

CONCERNS = (
    "alarms",
    "alert-signing",
    "alert-table",
    "alerts",
    "archive",
    "dashboard",
    "dependencies",
    "key",
    "on-failure",
    "processed",
    "processing",
    "producer",
    "quarantine",
    "raw",
    "stack",
    "stream",
    "timeseries",
    "watch",
)


@pytest.mark.parametrize("concern", CONCERNS)
@pytest.mark.parametrize("preset", PRESETS)
def test_synthesizes_as_accepted(
    preset: str,
    concern: str,
    synthesized: Callable[[str], Synthesized],
    snapshot: SnapshotAssertion,
) -> None:
    part = synthesized(preset).concerns().get(concern)
    assert part == snapshot(extension_class=JSONSnapshotExtension)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_part_of_a_stack_has_a_snapshot(preset: str, synthesized: Callable[[str], Synthesized]) -> None:
    assert set(synthesized(preset).concerns()) <= set(CONCERNS)
