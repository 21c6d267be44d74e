"""The real Terraform and the real provider's schemas accept every preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.errors import RunError
from local.terraform.binary import find_binary
from local.terraform.mirror import MirrorFolders
from local.terraform.workspace import prepare
from tests.conftest import PRESETS
from tests.support.synth import synthesize_test_stack

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.terraform]


@pytest.mark.parametrize("preset", PRESETS)
def test_the_provider_finds_nothing_wrong(preset: str, tmp_path: Path) -> None:
    try:
        binary = find_binary()
    except RunError as reason:
        pytest.skip(str(reason))
    folder = synthesize_test_stack(preset, tmp_path / "synth")
    workspace = prepare(folder, tmp_path / "terraform", binary, MirrorFolders.of_this_machine())
    workspace.write_override({"terraform": {"backend": {"local": {"path": "state"}}}})
    assert workspace.validate() == []
