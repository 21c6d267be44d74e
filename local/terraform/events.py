"""The events of `terraform apply -json` and `terraform destroy -json`, one per line."""

import json
import re
from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with the number of finished resources and the total."""


class Events:
    """Follows the events of `terraform apply -json` and `terraform destroy -json`."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done, self._total = 0, 0
        self._errors: list[str] = []

    def take(self, line: str) -> None:
        """Read one line of the stream. A line that is not an event is a message of a failed start."""
        try:
            event = json.loads(line)
        except ValueError:
            self._errors.append(line.strip())
            return
        kind = event.get("type")
        if kind == "change_summary" and event["changes"]["operation"] == "plan":
            changes = event["changes"]
            self._total = changes["add"] + changes["change"] + changes["remove"]
        elif kind == "apply_complete" and event["hook"]["action"] != "read":
            self._done += 1
        elif kind == "diagnostic" and event["@level"] == "error":
            at = event["diagnostic"].get("address", "")
            self._errors.append(f"{at} {event['diagnostic']['summary']} {event['diagnostic'].get('detail', '')}")
        else:
            return
        self._progress(self._done, self._total)

    def failures(self) -> str:
        """Return the errors in one line."""
        return one_line("; ".join(self._errors[:5])) or "it stopped without an error message"


def one_line(text: str) -> str:
    """Return Terraform's diagnostics without their frames, in one line."""
    return re.sub(r"[\s│╷╵]+", " ", text).strip()
