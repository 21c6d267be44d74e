"""What two engines write for one preset, and what may differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ACCEPTED = {
    "//.metadata.version": "the engine's own version",
    "terraform.required_providers.aws.source": "the same provider by its full name",
    "terraform.required_providers.aws.version": "the provider that the bindings were generated for",
}
"""Values that differ between the engines, and why that is right."""


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The paths of what differs and is not accepted, with both values."""
    return [f"{path}: {before!r} → {after!r}" for path, before, after in _walk(one, other, "") if path not in ACCEPTED]


def _walk(one: Any, other: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from _walk(one.get(key), other.get(key), f"{path}.{key}" if path else key)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (each, counterpart) in enumerate(zip(one, other, strict=True)):
            yield from _walk(each, counterpart, f"{path}[{index}]")
    elif one != other:
        yield path, one, other
