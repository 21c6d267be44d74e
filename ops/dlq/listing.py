"""List the places of dead letters: how many lie there, since when, and how often they were redriven.

A queue is asked for its messages to tell the last two, and gives them back at once; it counts that as a receipt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.aws.objects import iso
from ops.dlq.dead_letter_sources import find_places
from ops.printing import as_json, table

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud
    from ops.dlq.dead_letter_sources import Place

LOOK = 500
"""Letters of a place that are read, the oldest; of a queue any."""
COLUMNS = ("PLACE", "LETTERS", "PARTS", "BROKEN", "OLDEST", "REDRIVEN", "MOST OFTEN", "GOES BACK TO")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    places = [_known(place) for place in find_places(cloud, None)]
    if options.json:
        print(as_json(places))
        return
    print(table(COLUMNS, [_row(place) for place in places]))
    for place in places:
        if place["letters"] > place["looked_at"]:
            print(f"{place['place']}: all columns but LETTERS tell of {place['looked_at']:,} letters")


def _known(place: Place) -> dict[str, Any]:
    looked_at = parts = broken = redriven = often = 0
    oldest: int | None = None
    for letter in place.look(LOOK):
        looked_at += 1
        parts += len(letter.parts)
        broken += letter.broken is not None
        redriven += letter.redriven > 0
        often = max(often, letter.redriven)
        oldest = letter.since_ms if oldest is None else min(oldest, letter.since_ms)
    return {
        "place": place.name,
        # A queue's number lags behind what it gives out.
        "letters": max(place.count(), looked_at),
        "looked_at": looked_at,
        "parts": parts,
        "broken": broken,
        "oldest": None if oldest is None else iso(oldest),
        "redriven": redriven,
        "redriven_most_often": often,
        "goes_back_to": place.goes_to,
    }


def _row(place: dict[str, Any]) -> tuple[str, ...]:
    names = ("place", "letters", "parts", "broken", "oldest", "redriven", "redriven_most_often", "goes_back_to")
    return tuple("" if place[name] is None else str(place[name]) for name in names)
