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


@pytest.mark.parametrize("preset", PRESETS)
def test_synthesizes_as_accepted(
    preset: str, synthesized: Callable[[str], Synthesized], snapshot: SnapshotAssertion
) -> None:
    changed = [
        concern
        for concern, part in synthesized(preset).concerns().items()
        if part != snapshot(name=concern, extension_class=JSONSnapshotExtension)
    ]
    assert changed == []
