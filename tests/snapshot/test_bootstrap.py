"""What the bootstrap of an account synthesizes to. `make snapshots` accepts the present output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.snapshots import accepted, difference
from tests.support.synth import BOOTSTRAP, Synthesized, synthesize_bootstrap

if TYPE_CHECKING:
    from pathlib import Path


def test_the_bootstrap_synthesizes_as_accepted(tmp_path: Path) -> None:
    found = Synthesized.of(synthesize_bootstrap(tmp_path)).concerns()
    assert difference(accepted(BOOTSTRAP), found) == ""
