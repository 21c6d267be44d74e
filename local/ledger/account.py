"""Compare what was sent with what a store holds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lambda_src.common.readings.reading import Identity

Stored = tuple[Identity, float]
"""A stored reading: identity and value."""

EXAMPLES = 5  # Enough examples to start looking.


@dataclass(frozen=True)
class StoreAccount:
    """The account of one store, in readings.

    `missing` were sent but are not stored with their value. `unexpected` are stored but were never sent. `doubled` are
    copies beyond the first; only a store that keeps everything may have them (`repeats_allowed`).
    """

    name: str
    expected: int
    found: int
    missing: int
    unexpected: int
    doubled: int
    repeats_allowed: bool
    examples: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the store holds every reading, once, and nothing else."""
        return not (self.missing or self.unexpected or (self.doubled and not self.repeats_allowed))


def account(
    name: str, sent: Mapping[Identity, float], stored: Iterable[Stored], *, repeats_allowed: bool = False
) -> StoreAccount:
    """Compare `sent` with everything that the store `name` holds."""
    copies = Counter(stored)
    right = [entry for entry in copies if sent.get(entry[0]) == entry[1]]
    wrong = [entry for entry in copies if sent.get(entry[0]) != entry[1]]
    missing = sent.keys() - {identity for identity, _ in right}
    examples = [f"missing {_describe(identity, sent[identity])}" for identity in sorted(missing)[:EXAMPLES]]
    examples += [f"unexpected {_describe(*entry)}" for entry in sorted(wrong)[:EXAMPLES]]
    return StoreAccount(
        name=name,
        expected=len(sent),
        found=len(right),
        missing=len(missing),
        unexpected=len(wrong),
        doubled=copies.total() - len(copies),
        repeats_allowed=repeats_allowed,
        examples=tuple(examples),
    )


def _describe(identity: Identity, value: float) -> str:
    return f"{identity.device_id} {identity.sensor_type} {identity.timestamp_ms} = {value!r}"
