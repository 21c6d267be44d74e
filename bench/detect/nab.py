"""Files of the Numenta Anomaly Benchmark (NAB): reading them, and writing results that its own scorer reads."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench.detect.failure import DetectError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

DETECTOR = "learned"
"""The name of the detector among NAB's results."""


@dataclass(frozen=True)
class Labelled:
    """A series of NAB. ``windows`` are the first and last index of each labelled anomaly."""

    name: str
    """Category and file, such as ``realTraffic/speed_7578.csv``; without a category in a folder that has none."""
    timestamps: list[str]
    seconds: list[float]
    values: list[str]
    windows: list[tuple[int, int]]

    @property
    def readings(self) -> list[tuple[float, float]]:
        return [(seconds, float(value)) for seconds, value in zip(self.seconds, self.values, strict=True)]

    def labels(self) -> list[int]:
        """Return 1 for each reading within a window, 0 for the others."""
        labels = [0] * len(self.seconds)
        for first, last in self.windows:
            labels[first : last + 1] = [1] * (last + 1 - first)
        return labels


def read_folder(folder: Path) -> list[Labelled]:
    """Read ``*.csv`` beside their ``windows.json``."""
    return _read(folder, folder / "windows.json")


def read_checkout(folder: Path) -> list[Labelled]:
    """Read a checkout of NAB: ``data/<category>/*.csv`` and ``labels/combined_windows.json``."""
    return _read(folder / "data", folder / "labels" / "combined_windows.json")


def write_results(folder: Path, series: Labelled, scores: Sequence[float]) -> Path:
    """Write the scores (0 and more) as NAB's runner does, as anomaly scores below 1. Returns the file."""
    category, _, name = series.name.rpartition("/")
    path = folder / DETECTOR / category / f"{DETECTOR}_{name}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("timestamp", "value", "anomaly_score", "label"))
        anomaly_scores = (score / (1.0 + score) for score in scores)
        rows.writerows(zip(series.timestamps, series.values, anomaly_scores, series.labels(), strict=True))
    return path


def _read(data: Path, labels: Path) -> list[Labelled]:
    try:
        windows: dict[str, list[list[str]]] = json.loads(labels.read_text(encoding="utf-8"))
        return [_series(data / name, name, limits) for name, limits in sorted(windows.items())]
    except OSError as error:
        raise DetectError(f"{error.filename} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, AttributeError) as error:
        raise DetectError(f"{data} does not hold files of NAB: {error}") from error


def _series(path: Path, name: str, limits: list[list[str]]) -> Labelled:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["timestamp"], row["value"]) for row in csv.DictReader(file)]
    timestamps = [timestamp for timestamp, _ in rows]
    seconds = [_seconds(timestamp) for timestamp in timestamps]
    return Labelled(name, timestamps, seconds, [value for _, value in rows], list(_windows(seconds, limits)))


def _windows(seconds: list[float], limits: list[list[str]]) -> Iterator[tuple[int, int]]:
    for first, last in limits:
        since, until = _seconds(first), _seconds(last)
        within = [index for index, each in enumerate(seconds) if since <= each <= until]
        if within:
            yield within[0], within[-1]


def _seconds(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp).replace(tzinfo=UTC).timestamp()
