"""The synthesized plan as the prices read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.stack import build_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lib.config import Config
    from lib.usage import Use


@dataclass(frozen=True)
class Resource:
    """One resource of the plan; ``path`` is that of its construct."""

    kind: str
    id: str
    path: str
    values: Mapping[str, Any]

    @property
    def address(self) -> str:
        return f"{self.kind}.{self.id}"

    def refers_to(self, other: Resource) -> bool:
        """Whether one of its own arguments is an attribute of ``other``."""
        return any(f"${{{other.address}." in str(value) for key, value in self.values.items() if key != "//")


@dataclass(frozen=True)
class PricedPlan:
    """The resources of a deployment, and what its parts say about their use."""

    resources: Sequence[Resource]
    uses: Sequence[Use]

    def of_kind(self, kind: str) -> list[Resource]:
        return [resource for resource in self.resources if resource.kind == kind]

    def without(self, is_left_out: Callable[[Resource], bool]) -> PricedPlan:
        """The plan without some resources."""
        return PricedPlan([each for each in self.resources if not is_left_out(each)], self.uses)

    def changed(self, kind: str, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> PricedPlan:
        """The plan with other arguments of all resources of one kind."""
        resources = [
            Resource(each.kind, each.id, each.path, change(each.values)) if each.kind == kind else each
            for each in self.resources
        ]
        return PricedPlan(resources, self.uses)


def plan_of(config: Config, suffix: str) -> PricedPlan:
    """Synthesize the plan of an environment. Raises `ConfigError` and `PackagingError` as `build_stack` does."""
    parts, document = build_stack(config, suffix)
    resources = [
        Resource(kind, id_, values["//"]["metadata"]["path"], values)
        for kind, resources in document["resource"].items()
        for id_, values in resources.items()
    ]
    return PricedPlan(resources, list(parts.uses))
