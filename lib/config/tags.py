"""Tags, within the narrowest rules of all services that get them: IAM's (TagRole)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from lib.config.errors import ConfigError

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


def clean_tags(given: Mapping[str, str | Mapping[str, str]]) -> dict[str, str]:
    """Tags as CI hands them in, such as an author ``dependabot[bot]``: what no value may hold becomes a space.

    They may also stand below ``tags``, as the provider's argument has them. A value of which nothing is left is left
    out. Raises `ConfigError` for what a person wrote wrongly: a key that no service takes, a value that is not text.
    """
    flat: dict[str, object] = {}
    for key, value in given.items():
        flat |= value if key == "tags" and isinstance(value, Mapping) else {key: value}
    cleaned = {_checked(key): _clean(key, value) for key, value in flat.items()}
    return {key: value for key, value in cleaned.items() if value}


def _checked(key: str) -> str:
    if not is_tag_key(key):
        raise ConfigError(f"default_tags: {key!r}: allowed is a key of {TAG_KEY}")
    return key


def _clean(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"default_tags: {key}={value!r}: allowed is text")
    # Composed, since an accent of its own is not a letter.
    text = unicodedata.normalize("NFC", value)
    words = "".join(character if _allowed(character) else " " for character in text).split()
    return " ".join(words)[:VALUE_LENGTH].rstrip()


def _allowed(character: str) -> bool:
    r"""One of ``[\p{L}\p{Z}\p{N}_.:/=+\-@]``, the pattern of IAM's tagValueType."""
    return character in _SIGNS or unicodedata.category(character)[0] in "LZN"
