"""The preflight knows the action that creates each resource of each preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.preflight.permissions import CREATES

if TYPE_CHECKING:
    from tests.support.synth import Synthesized


def test_every_resource_has_the_action_that_creates_it(stack: Synthesized) -> None:
    assert {kind for kind, _, _ in stack.every()} - CREATES.keys() == set()
