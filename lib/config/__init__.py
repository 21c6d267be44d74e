"""Settings: typed, checked, with errors that say what to write instead."""

from lib.config.errors import ConfigError, check_account, check_region, check_suffix
from lib.config.load import environments, load_environment, load_preset, presets
from lib.config.model import Config
from lib.config.rules import rules_of
from lib.config.sizing import batch_size, capacity, most_writable, queue_concurrency, shard_count, throughput_limit

__all__ = [
    "Config",
    "ConfigError",
    "batch_size",
    "capacity",
    "check_account",
    "check_region",
    "check_suffix",
    "environments",
    "load_environment",
    "load_preset",
    "most_writable",
    "presets",
    "queue_concurrency",
    "rules_of",
    "shard_count",
    "throughput_limit",
]
