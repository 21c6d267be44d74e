"""What every table of the settings is made of."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Days = Annotated[int, Meta(ge=1, le=3650)]
DaysOrForever = Annotated[int, Meta(ge=0, le=3650)]
Seconds = Annotated[int, Meta(ge=1)]
Percent = Annotated[int, Meta(ge=0, le=1000)]


class ConfigTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every table of the settings: immutable, and a key it does not know is an error."""
