"""The formats that come with the product: one file each in the folder ``named``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from lambda_src.common.readings.formats.spec import Format

FOLDER = Path(__file__).with_name("named")


@cache
def named_format(name: str) -> Format | None:
    """The product's format of this name; None if it has none."""
    path = FOLDER / f"{name}.toml"
    return msgspec.toml.decode(path.read_bytes(), type=Format) if name in format_names() else None


@cache
def format_names() -> tuple[str, ...]:
    """The names of all of them."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
