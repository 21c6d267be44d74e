"""Tags, within the narrowest rules of all services that get them: IAM's (TagRole)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from lib.config.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_LENGTH = 128
VALUE_LENGTH = 256
MOST_TAGS = 40
"""A resource takes fifty; the rest is for the deployment's own and for those of whoever synthesizes."""
_SIGNS = "_.:/=+-@"
_ALPHABET = f"letters, digits, spaces and {_SIGNS}"
TAG_KEY = f"1 to {KEY_LENGTH} {_ALPHABET}, not starting with 'aws:'"
TAG_VALUE = f"at most {VALUE_LENGTH} {_ALPHABET}"


def is_tag_key(text: str) -> bool:
    return 0 < len(text) <= KEY_LENGTH and all(map(_allowed, text)) and not text.lower().startswith("aws:")


def is_tag_value(text: str) -> bool:
    return len(text) <= VALUE_LENGTH and all(map(_allowed, text))


def clean_tags(given: Mapping[str, str]) -> dict[str, str]:
    """Tags as CI hands them in, such as an author ``dependabot[bot]``: what no value may hold becomes a space.

    A value of which nothing is left is left out. Raises `ConfigError` for a key that no service takes, which a person
    wrote.
    """
    for key in given:
        if not is_tag_key(key):
            raise ConfigError(f"default_tags: {key!r}: allowed is a key of {TAG_KEY}")
    cleaned = {key: _clean(value) for key, value in given.items()}
    return {key: value for key, value in cleaned.items() if value}


def _clean(value: str) -> str:
    # Composed, since an accent of its own is not a letter.
    text = unicodedata.normalize("NFC", value)
    words = "".join(character if _allowed(character) else " " for character in text).split()
    return " ".join(words)[:VALUE_LENGTH].rstrip()


def _allowed(character: str) -> bool:
    r"""One of ``[\p{L}\p{Z}\p{N}_.:/=+\-@]``, the pattern of IAM's tagValueType."""
    return character in _SIGNS or unicodedata.category(character)[0] in "LZN"
