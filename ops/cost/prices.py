"""List prices by region, from `prices.toml` beside this file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).with_name("prices.toml")
ELSEWHERE = "us-east-1"
"""Whose prices stand in for those of a region that the file does not have."""


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``dollars`` by region are for ``per`` units. ``usage_types`` name it in ``offer`` of the public price list."""

    unit: str
    per: int
    page: str
    offer: str
    usage_types: tuple[str, ...]
    dollars: dict[str, float]


class PriceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``date`` is the day of the prices, ``fetched`` whether they are the price list's own.

    ``regions`` has the prefixes of usage types for each region.
    """

    date: str
    fetched: bool
    regions: dict[str, tuple[str, ...]]
    prices: dict[str, Price]


@dataclass(frozen=True)
class PriceList:
    """The prices of one region. ``region`` is whose they are, which may not be the deployment's."""

    date: str
    fetched: bool
    region: str
    prices: Mapping[str, Price]

    def of(self, name: str, quantity: float) -> float:
        """Dollars for a quantity in single units."""
        price = self.prices[name]
        return quantity / price.per * price.dollars[self.region]


def read_prices(path: Path = FILE) -> PriceFile:
    """Read the file. Raises `InputError` if a price lacks one of the regions or the file is invalid."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), PriceFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(f"{path}: {error}") from error
    for name, price in found.prices.items():
        if missing := [region for region in found.regions if region not in price.dollars]:
            raise InputError(f"{path}: {name} has no price for {', '.join(missing)}")
    return found


def prices_in(region: str, found: PriceFile) -> PriceList:
    """The prices of ``region``, or those of `ELSEWHERE` where the file does not have it."""
    known = region if region in found.regions else ELSEWHERE
    return PriceList(found.date, found.fetched, known, found.prices)
