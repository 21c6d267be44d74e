"""What a plan would do, for people: what is lost first, and whether that was allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOSES = {
    "aws_cloudwatch_log_group": "its log lines",
    "aws_dynamodb_table": "its items",
    "aws_kinesis_stream": "records that have not been processed",
    "aws_kms_key": "everything that is encrypted with it",
    "aws_s3_bucket": "its objects",
    "aws_secretsmanager_secret": "the signing secret",
    "aws_sqs_queue": "messages that have not been processed",
    "aws_timestreamwrite_database": "its tables",
    "aws_timestreamwrite_table": "its readings",
}
"""Types of resources that hold data, and what is gone with them."""
RED, PLAIN = "\033[31m", "\033[0m"
KINDS = {
    ("create",): "create",
    ("update",): "change",
    ("delete",): "destroy",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
}
"""Terraform's actions in words. No-op, read and forget change nothing that stands."""
ALLOWANCES = {True: 2, False: 1}
"""How often ``--allow-data-loss`` must be given, in production and elsewhere."""


@dataclass(frozen=True)
class PlannedChange:
    kind: str
    address: str
    type: str
    why: str = ""

    @property
    def loss(self) -> str | None:
        """What is lost with it; None if nothing is."""
        return LOSES.get(self.type) if self.kind in ("destroy", "replace") else None

    def __str__(self) -> str:
        reason = f" because of {self.why}" if self.why else ""
        return f"{self.kind} {self.address}{reason}"


@dataclass(frozen=True)
class Changes:
    """The changes of a plan, losses first."""

    changes: list[PlannedChange] = field(default_factory=list)

    @classmethod
    def of(cls, plan: Mapping[str, Any]) -> Changes:
        """Read ``terraform show -json`` of a plan."""
        found = []
        for resource in plan.get("resource_changes", ()):
            kind = KINDS.get(tuple(resource["change"]["actions"]))
            if kind and resource.get("mode") == "managed":
                paths = resource["change"].get("replace_paths") or ()
                why = ", ".join(".".join(map(str, path)) for path in paths)
                found.append(PlannedChange(kind, resource["address"], resource["type"], why))
        return cls(sorted(found, key=lambda it: (it.loss is None, it.kind, it.address)))

    @property
    def losses(self) -> list[PlannedChange]:
        return [change for change in self.changes if change.loss]

    def summary(self) -> str:
        """How many of each kind, in one line."""
        counts = {kind: sum(change.kind == kind for change in self.changes) for kind in dict.fromkeys(KINDS.values())}
        return ", ".join(f"{count} to {kind}" for kind, count in counts.items() if count) or "no changes"

    def lines(self, *, coloured: bool) -> Iterator[str]:
        """One line per change; losses in red and with what is lost."""
        for change in self.changes:
            text = f"{change}: loses {change.loss}" if change.loss else str(change)
            yield f"{RED}{text}{PLAIN}" if coloured and change.loss else text
        yield self.summary()

    def markdown(self, title: str) -> Iterator[str]:
        """For a comment on a pull request: losses in front, the rest folded."""
        yield f"### {title}"
        yield ""
        yield f"{self.summary()}."
        if self.losses:
            yield ""
            yield "**Data is lost:**"
            yield ""
            yield from (f"- `{change}`: loses {change.loss}" for change in self.losses)
        rest = [change for change in self.changes if not change.loss]
        if rest:
            yield ""
            yield f"<details><summary>{len(rest)} other changes</summary>"
            yield ""
            yield from (f"- `{change}`" for change in rest)
            yield ""
            yield "</details>"

    def check_losses(self, *, production: bool, allowed: int) -> None:
        """Raises `InputError` if data would be lost and that was not allowed often enough."""
        needed = ALLOWANCES[production]
        if not self.losses or allowed >= needed:
            return
        times = " twice, because this is production" if needed > 1 else ""
        names = ", ".join(change.address for change in self.losses[:5])
        raise InputError(
            f"{len(self.losses)} resources with data would be destroyed or replaced ({names}); nothing was changed. "
            f"If that is intended, give --allow-data-loss{times}"
        )
