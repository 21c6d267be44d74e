"""The status of a device, and the words in which a deployment shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Status = Literal["NORMAL", "ANOMALY", "SILENT", "OFFLINE"]
STATUSES: tuple[Status, ...] = get_args(Status)


class StatusWords:
    """Translates between the statuses of the table and the words that people and programs see.

    A status without a word of its own is its own word. Two statuses may share a word.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words: dict[str, str] = {status: words.get(status, status) for status in STATUSES}

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that is shown, each once."""
        return tuple(dict.fromkeys(self._words.values()))

    def word(self, status: str) -> str:
        """Return the word that is shown for a status. An unknown status is returned unchanged."""
        return self._words.get(status, status)

    def statuses(self, word: str) -> tuple[Status, ...]:
        """Return the statuses that are shown with this word; none if no status is."""
        return tuple(status for status in STATUSES if self._words[status] == word)
