"""Find what the modules of a package offer, so that a new module needs no entry in a list."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType


def offered(package: ModuleType, name: str) -> list[Any]:
    """Return everything that modules directly in ``package`` define as ``name``, in the order of their names."""
    modules = [import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)]
    return [vars(module)[name] for module in modules if name in vars(module)]
