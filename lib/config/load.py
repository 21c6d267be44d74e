"""Reads presets and environments; what is wrong becomes one line with file, key, value and what is allowed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib.config.errors import ConfigError, check_account, check_region, check_suffix
from lib.config.typed import typed
from lib.config.validation import problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from lib.config.model import Config

ROOT = Path(__file__).resolve().parents[2]
PRESETS = ROOT / "presets"
ENVIRONMENTS = ROOT / "environments"

Values = dict[str, Any]
"""A TOML table."""


def presets() -> tuple[str, ...]:
    """Names of the presets there are."""
    return tuple(sorted(path.stem for path in PRESETS.glob("*.toml")))


def environments() -> tuple[str, ...]:
    """Suffixes of the environments that have a file."""
    return tuple(sorted(path.stem for path in ENVIRONMENTS.glob("*.toml")))


def load_preset(name: str) -> Config:
    """A preset as it stands, without an environment."""
    return checked({"preset": name, **_preset(name, "preset")}, f"presets/{name}.toml")


def checked(values: Values, where: str, hint: Callable[[str], str] = lambda key: "") -> Config:
    """Complete settings from their values, typed and by the rules; ``hint`` adds to what is said of a key."""
    config = typed(values, where)
    for key, value, allowed in problems(config):
        raise ConfigError(f"{where}: {key}={value!r}: allowed is {allowed}{hint(key)}")
    return config


def load_environment(suffix: str, *, region: str | None = None, account: str | None = None) -> Config:
    """The environment's file over its preset; a suffix without a file gets `environments/dev.toml`.

    Types are checked in the file itself, rules on the merged settings. ``region`` and ``account`` are those that the
    caller's shell names: they override the preset's, and must be the file's where the file names them.
    """
    return _Environment.read(environment_file(suffix)).merged(region, account)


def environment_file(suffix: str) -> Path:
    """The file with the environment's settings, or `ConfigError` for an invalid suffix."""
    path = ENVIRONMENTS / f"{check_suffix(suffix)}.toml"
    return path if path.exists() else ENVIRONMENTS / "dev.toml"


@dataclass(frozen=True)
class _Environment:
    """``own`` is what the file sets, ``unset`` the preset's keys that it leaves out."""

    where: str
    own: Values
    unset: list[str]
    preset: Values

    @classmethod
    def read(cls, path: Path) -> _Environment:
        where = f"environments/{path.name}"
        own = _read(path, where)
        unset = own.pop("unset", [])
        if not (isinstance(unset, list) and all(isinstance(key, str) for key in unset)):
            raise ConfigError(f"{where}: unset={unset!r}: allowed is a list of the preset's keys")
        name = own.get("preset")
        if not isinstance(name, str):
            raise ConfigError(f"{where}: preset={name!r}: allowed are {', '.join(presets())}")
        typed(own, where)
        return cls(where, own, unset, _preset(name, where))

    def merged(self, region: str | None, account: str | None) -> Config:
        base = self.preset
        for key in self.unset:
            base = _without(base, key.split("."), f"{self.where}: unset={key!r}: {self._preset_file()} does not set it")
        values = _merge(base, self.own)
        if region is not None:
            values["region"] = self._agreed("region", check_region(region, "AWS_REGION"), "AWS_REGION")
        if account is not None:
            account = check_account(account, "AWS_ACCOUNT_ID")
            values["account_id"] = self._agreed("account_id", account, "AWS_ACCOUNT_ID")
        return checked(values, self.where, self._origin)

    def _agreed(self, key: str, value: str, variable: str) -> str:
        """Another region or account would be another deployment: nobody moves one by a variable."""
        own = self.own.get(key, value)
        if own != value:
            raise ConfigError(f"{self.where}: {key}={own!r}: {variable} names {value!r}; unset it or change the file")
        return value

    def _origin(self, key: str) -> str:
        """How to get rid of a value that the preset brought in; nothing for one that the file sets itself."""
        steps = key.partition("[")[0].split(".")
        if _has(self.own, steps) or not _has(self.preset, steps):
            return ""
        return f"; {self._preset_file()} sets it: override it, or leave it out by unset = ['{'.'.join(steps)}']"

    def _preset_file(self) -> str:
        return f"presets/{self.own['preset']}.toml"


def _preset(name: str, where: str) -> Values:
    if name not in presets():
        raise ConfigError(f"{where}: preset={name!r}: allowed are {', '.join(presets())}")
    values = _read(PRESETS / f"{name}.toml", f"presets/{name}.toml")
    for key in ("preset", "account_id", "production"):
        if key in values:
            raise ConfigError(f"presets/{name}.toml: {key}={values[key]!r}: only an environment sets it")
    return values


def _read(path: Path, where: str) -> Values:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{where}: not valid TOML: {error}") from error


def _merge(base: Values, over: Values) -> Values:
    merged = dict(base)
    for key, value in over.items():
        known = merged.get(key)
        merged[key] = _merge(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged


def _without(values: Values, steps: list[str], refusal: str) -> Values:
    """A copy without one key; raises `ConfigError` with ``refusal`` where the key is not there."""
    first, *rest = steps
    if not _has(values, steps):
        raise ConfigError(refusal)
    if not rest:
        return {key: value for key, value in values.items() if key != first}
    return {**values, first: _without(values[first], rest, refusal)}


def _has(values: object, steps: list[str]) -> bool:
    for step in steps:
        if not (isinstance(values, dict) and step in values):
            return False
        values = values[step]
    return True
