"""Choose a format: a named one of the product, one of an environment, or one of a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.deployment import DeploymentRules
from lambda_src.common.readings.formats.named_formats import format_names
from lambda_src.common.readings.formats.spec import Format
from lib.config import ConfigError, load_environment
from lib.config import rules_of as deployment_rules
from lib.config.format_rules import format_problems
from ops.errors import InputError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from lambda_src.common.readings.rules import DecodeRules


class _FormatsFile(msgspec.Struct, forbid_unknown_fields=True):
    formats: tuple[Format, ...]


def add_format_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", metavar="NAME", help="read it by this named format, or one of the environment")
    parser.add_argument("--formats", type=Path, metavar="FILE.toml", help="further formats to try, as [[formats]]")
    add_environment(parser)


def add_environment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", metavar="SUFFIX", help="use the formats and gateways of this environment")


def environment_rules(suffix: str | None) -> DeploymentRules:
    """The rules of an environment's file; without a suffix there are none. Raises `InputError` for a bad file."""
    if suffix is None:
        return DeploymentRules()
    try:
        return deployment_rules(load_environment(suffix))
    except ConfigError as error:
        raise InputError(str(error)) from error


def rules_of(options: argparse.Namespace) -> DecodeRules:
    """The formats and gateways of the environment, and the formats to try. Raises `InputError` for invalid ones."""
    environment = environment_rules(options.environment)
    formats: Sequence[Format] = environment.formats
    if options.formats is not None:
        formats = [*formats, *_read_formats(options.formats)]
        for key, value, allowed in format_problems(formats):
            raise InputError(f"{options.formats}: {key}={value!r}: allowed is {allowed}")
    return DeploymentRules(formats=tuple(formats), gateways=environment.gateways).decode_rules()


def find_format(rules: DecodeRules, name: str) -> Format:
    """Raises `InputError` for a name that no format has."""
    bound = rules.formats.named(name)
    if bound is None:
        allowed = ", ".join(sorted({*rules.formats.names(), *format_names()}))
        raise InputError(f"--format {name}: there is no such format; allowed are {allowed}")
    return bound.form.form


def _read_formats(path: Path) -> Sequence[Format]:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=_FormatsFile).formats
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{path}: not a file with [[formats]]: {error}") from error
