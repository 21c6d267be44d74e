"""Settings: typed, checked, with errors that say what to write instead."""

from lib.config.load import ConfigError, check_suffix, load_environment, load_preset, presets
from lib.config.model import Config
from lib.config.sizing import batch_size, capacity, shard_count

__all__ = [
    "Config",
    "ConfigError",
    "batch_size",
    "capacity",
    "check_suffix",
    "load_environment",
    "load_preset",
    "presets",
    "shard_count",
]
