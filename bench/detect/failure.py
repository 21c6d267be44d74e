"""The one error of this measurement."""

from __future__ import annotations


class DetectError(Exception):
    """The measurement is not possible; one line for the user."""
