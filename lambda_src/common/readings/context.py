"""What a message does not say itself: when it came, who sent it, and what an envelope around it says for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.readings.fields import parse_device_id
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING: Mapping[str, object] = {}


class DecodeContext(NamedTuple):
    arrived_ms: int
    device_id: str | None = None
    """The device that the transport vouches for: a message that names another one is refused."""
    prefixes: tuple[str, ...] = ()
    """How the ids of the devices begin that this device may speak for; only a gateway has any."""
    defaults: Mapping[str, object] = NOTHING
    """What the elements of a list take from the object around it, by role."""
    listed: bool = False
    """Whether the message is an element of a list."""
    thorough: bool = False
    """Also collect what was skipped, which takes the general path for every message."""

    def device_of(self, claimed: object) -> str:
        """The device that a reading is of; raises `RuleBrokenError` for one that the sender may not speak for."""
        known = self.device_id
        if claimed is None:
            if known is None:
                raise RuleBrokenError(Reason.NO_DEVICE, "neither the message nor its transport names a device")
            return parse_device_id(known)
        if not isinstance(claimed, str | int):
            raise RuleBrokenError(Reason.INVALID_DEVICE, "the device id must be a string")
        if known is not None and claimed != known and not self._speaks_for(claimed):
            detail = "the message names another device than the one that sent it"
            raise RuleBrokenError(Reason.DEVICE_MISMATCH, detail)
        return parse_device_id(claimed)

    def _speaks_for(self, claimed: str | int) -> bool:
        device = str(claimed) if isinstance(claimed, int) else claimed
        return device == self.device_id or device.startswith(self.prefixes)
