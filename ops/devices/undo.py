"""Cleaning up after a failure."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


def take_back(what: str, step: Callable[[], object]) -> None:
    """One step of a cleanup; where it fails, what is left is named, and the error that led here is the one reported."""
    try:
        step()
    except (ClientError, BotoCoreError) as error:
        print(f"left behind: {what}: {error}", file=sys.stderr)
