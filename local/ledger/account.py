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
    readings that a reader would count again. `repeats` are copies that the store holds and no reader counts.
    """

    name: str
    expected: int
    found: int
    missing: int
    unexpected: int
    doubled: int
    repeats: int = 0
    examples: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the store holds every reading, once, and nothing else."""
        return not (self.missing or self.unexpected or self.doubled)


def account(name: str, sent: Mapping[Identity, float], stored: Iterable[Stored], *, repeats: int = 0) -> StoreAccount:
    """Compare `sent` with everything that a reader of the store `name` gets."""
    copies = Counter(stored)
    identities = Counter(identity for identity, _ in copies.elements())
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
        doubled=identities.total() - len(identities),
        repeats=repeats,
        examples=tuple(examples),
    )


def _describe(identity: Identity, value: float) -> str:
    return f"{identity.device_id} {identity.sensor_type} {identity.timestamp_ms} = {value!r}"
