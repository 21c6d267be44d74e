"""The provider package is loaded lazily in jsii's Node.js, and whole where its lazy index does not fit."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lib import aws_bindings

if TYPE_CHECKING:
    from pathlib import Path

PRELOAD = aws_bindings._PRELOAD
EAGER = 'exports.a = exports.b = void 0;\nexports.a = require("./a");\nexports.b = require("./b");\n'
LAZY_A = "Object.defineProperty(exports, 'a', { get: function () { return require('./a'); } });\n"
LAZY_B = LAZY_A.replace("'a'", "'b'").replace("./a", "./b")


def load(folder: Path, index: str, lazy: str | None) -> tuple[list[str], str]:
    """Use export ``a`` of a provider package with this content; returns the modules that were loaded and stderr."""
    package = folder / "node_modules" / "@cdktf" / "provider-aws"
    (package / "lib").mkdir(parents=True)
    (package / "package.json").write_text('{"name": "@cdktf/provider-aws", "main": "lib/index.js"}')
    (package / "lib" / "index.js").write_text(index)
    if lazy is not None:
        (package / "lib" / "lazy-index.js").write_text(lazy)
    for name in "ab":
        (package / "lib" / f"{name}.js").write_text(f'console.log("{name}");')
    aws_bindings.use_bundled_node()
    result = subprocess.run(
        [os.environ["JSII_NODE"], "--require", str(PRELOAD), "-e", "require('@cdktf/provider-aws').a"],
        cwd=folder,
        env={**os.environ, "NODE_OPTIONS": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.split(), result.stderr


def test_only_used_provider_modules_are_loaded(tmp_path: Path) -> None:
    assert load(tmp_path, EAGER, LAZY_A + LAZY_B) == (["a"], "")


@pytest.mark.parametrize(
    ("index", "lazy", "why"),
    [
        (EAGER, None, "it has no lib/lazy-index.js"),
        (EAGER, LAZY_A, "lib/lazy-index.js lacks 1 exports, such as b"),
        ('require("./a"); require("./b");', LAZY_A + LAZY_B, "lib/index.js has another form"),
    ],
    ids=["no lazy index", "an export is missing", "another form"],
)
def test_a_changed_package_is_loaded_whole_and_says_so(tmp_path: Path, index: str, lazy: str | None, why: str) -> None:
    loaded, said = load(tmp_path, index, lazy)
    assert loaded == ["a", "b"]
    assert said == f"lib/lazy_provider.cjs: the provider package is loaded whole, which is slower: {why}\n"


def test_the_installed_package_has_an_equal_lazy_index(tmp_path: Path) -> None:
    # A synthesis of its own process: here jsii may already run.
    script = "import lib, cdktf_cdktf_provider_aws.s3_bucket as s3; print(s3.S3Bucket.TF_RESOURCE_TYPE)"
    result = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (result.stdout, result.stderr) == ("aws_s3_bucket\n", "")


def loaded_by(script: str, **environment: str) -> int:
    """How many modules of the bindings a process of its own has loaded at the end of the script."""
    counting = "import sys; print(sum(name.startswith('cdktf_cdktf_provider_aws.') for name in sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", f"{script}\n{counting}"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(result.stdout)


def test_importing_lib_makes_the_bindings_lazy() -> None:
    script = "import lib, os, sys; assert 'lazy_provider.cjs' in os.environ['NODE_OPTIONS']"
    assert loaded_by(f"{script}; import cdktf_cdktf_provider_aws.sns_topic", PIPELINE_FULL_BINDINGS="") < 10


def test_full_bindings_stay_as_they_are() -> None:
    script = "import lib, os, sys; assert 'lazy_provider.cjs' not in os.environ.get('NODE_OPTIONS', '')"
    script += "; assert 'cdktf_cdktf_provider_aws' not in sys.modules"
    assert loaded_by(script, PIPELINE_FULL_BINDINGS="1", NODE_OPTIONS="") == 0


def test_node_options_of_the_caller_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIPELINE_FULL_BINDINGS", raising=False)
    monkeypatch.setenv("NODE_OPTIONS", "--trace-warnings")
    aws_bindings.preload_lazy_provider()
    aws_bindings.preload_lazy_provider()
    assert os.environ["NODE_OPTIONS"] == f'--trace-warnings --require "{PRELOAD}"'


def test_full_bindings_leave_node_options_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPELINE_FULL_BINDINGS", "1")
    monkeypatch.setenv("NODE_OPTIONS", "")
    aws_bindings.preload_lazy_provider()
    assert os.environ["NODE_OPTIONS"] == ""
