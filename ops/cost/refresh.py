"""Fetches prices from AWS's public price list into `prices.toml`. Needs a network, but no account.

The list has an index per offer and region, and a file per version (AWS Billing guide, Price List Bulk API). In a file,
``products`` says what a stock keeping unit (SKU) is, and ``terms`` what it costs in steps.
"""

from __future__ import annotations

import datetime
import re
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import msgspec

from ops.cost.prices import read_prices
from ops.errors import FailedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ops.cost.prices import Price

PRICE_LIST = "https://pricing.us-east-1.amazonaws.com"
SECONDS = 300
DOLLARS = re.compile(r"^dollars = \{[^}]*\}$", re.MULTILINE)


def refresh(path: Path, price_list: str) -> Iterator[str]:
    """Rewrite the numbers and the date of the file; yields what could not be found and keeps its number.

    Raises `FailedError` if the list cannot be reached, before anything is written.
    """
    known = read_prices(path)
    offers = _Offers(price_list)
    found: dict[str, dict[str, float]] = {}
    for name, price in known.prices.items():
        found[name] = dict(price.dollars)
        for region, prefixes in known.regions.items():
            dollars = _dollars(offers.read(price.offer, region), price, prefixes)
            if dollars is None:
                yield f"{name} in {region}: not in the price list; the old number stays"
            else:
                found[name][region] = dollars * price.per
    path.write_text(_rewritten(path.read_text(encoding="utf-8"), found), encoding="utf-8")
    yield f"{path.name}: {len(found)} prices of {len(known.regions)} regions"


class _Offers:
    """Files of the price list, each fetched once."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._files: dict[str, Any] = {}

    def read(self, offer: str, region: str) -> Mapping[str, Any] | None:
        """The offer's file for a region; None if the offer does not have the region."""
        index = self._fetch(f"/offers/v1.0/aws/{offer}/current/region_index.json")
        try:
            entry = index["regions"].get(region)
            return None if entry is None else self._fetch(entry["currentVersionUrl"])
        except (KeyError, TypeError, AttributeError) as error:
            raise FailedError(f"{self._url}: the index of {offer} is not one of the price list: {error}") from error

    def _fetch(self, path: str) -> Any:
        if path not in self._files:
            try:
                with urllib.request.urlopen(self._url + path, timeout=SECONDS) as answer:  # noqa: S310 - the user's URL
                    self._files[path] = msgspec.json.decode(answer.read())
            except (urllib.error.URLError, TimeoutError, msgspec.DecodeError, ValueError) as error:
                raise FailedError(f"{self._url}{path}: {error}; nothing was changed") from error
        return self._files[path]


def _dollars(offer: Mapping[str, Any] | None, price: Price, prefixes: tuple[str, ...]) -> float | None:
    """Dollars of one unit in the first paid step, or None if the offer has no such usage type."""
    if offer is None:
        return None
    for usage_type in price.usage_types:
        wanted = {prefix + usage_type for prefix in prefixes}
        for sku, product in offer["products"].items():
            if product.get("attributes", {}).get("usagetype") in wanted:
                steps = list(_steps(offer["terms"]["OnDemand"].get(sku, {})))
                if steps:
                    return min(steps)[1]
    return None


def _steps(terms: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    """(first unit, dollars) of each step that costs something: free tiers are not deducted."""
    for term in terms.values():
        for dimension in term["priceDimensions"].values():
            dollars = float(dimension["pricePerUnit"].get("USD", 0))
            if dollars > 0:
                yield float(dimension.get("beginRange", 0)), dollars


def _rewritten(text: str, found: Mapping[str, Mapping[str, float]]) -> str:
    """The file with its comments, as the date of today and the numbers found have it."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    text = re.sub(r'^date = ".*"$', f'date = "{today}"', text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^fetched = \w+$", "fetched = true", text, count=1, flags=re.MULTILINE)
    for name, dollars in found.items():
        start = text.index(f"[prices.{name}]\n")
        inside = ", ".join(f"{region} = {_plain(number)}" for region, number in dollars.items())
        text = text[:start] + DOLLARS.sub(f"dollars = {{ {inside} }}", text[start:], count=1)
    return text


def _plain(number: float) -> str:
    """A number as TOML has it, without an exponent."""
    text = f"{number:.12f}".rstrip("0")
    return text + "0" if text.endswith(".") else text
