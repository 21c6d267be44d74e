"""Device ids as a person types them."""

from __future__ import annotations

from lambda_src.common.readings.fields import parse_device_id
from lambda_src.common.readings.rejects import RuleBrokenError
from ops.errors import InputError


def device_id(text: str) -> str:
    """The same text, if it can be a thing's name; raises `InputError` naming what is allowed."""
    try:
        return parse_device_id(text)
    except RuleBrokenError as error:
        raise InputError(f"{text!r}: {error.detail}") from error
