"""Undo steps after a failure."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


def take_back(what: str, step: Callable[[], object]) -> None:
    """Run one undo step. If it fails, print what is left behind; the original error is still reported."""
    try:
        step()
    except (ClientError, BotoCoreError) as error:
        print(f"left behind: {what}: {error}", file=sys.stderr)
