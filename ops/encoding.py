"""Text for every terminal: what its encoding does not have is written in words or as an escape, and never an error."""

from __future__ import annotations

import codecs
import io
import sys

ERRORS = "in-words"
WORDS = {
    "✓": "ok",
    "✗": "failed",
    "…": "...",
    "→": "->",
    "·": "-",
    "—": "-",
    "µ": "u",
    "°": "",
    "≤": "<=",
    "≥": ">=",
}


def write_in_any_encoding() -> None:
    """Make standard output and error take all text, whatever the terminal, the locale or a pipe encodes."""
    codecs.register_error(ERRORS, _in_words)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ERRORS)


def escapes_needed() -> bool:
    """Whether standard output has only some of Unicode, so that JSON has to escape the rest."""
    return codecs.lookup(sys.stdout.encoding or "ascii").name not in ("utf-8", "utf-16", "utf-32")


def _in_words(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    unwritten = error.object[error.start : error.end]
    words = (
        WORDS[mark] if mark in WORDS else mark.encode("ascii", "backslashreplace").decode("ascii") for mark in unwritten
    )
    return "".join(words), error.end
