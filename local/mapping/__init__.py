"""A Kinesis event source mapping, driven from outside Lambda with AWS's documented semantics.

The embedded AWS calls a function with stream records too, but ignores partial batch responses, bisecting, retry limits,
record age, on-failure destinations, parallelization and windows. Its mapping is therefore switched off, and
`MappingRunner` does its work through public APIs only.
"""

from local.mapping.progress import EventKind, MappingEvent, MappingStats
from local.mapping.runner import MappingRunner
from local.mapping.settings import MappingSettings, MappingSettingsError
from local.mapping.timing import Timing

__all__ = [
    "EventKind",
    "MappingEvent",
    "MappingRunner",
    "MappingSettings",
    "MappingSettingsError",
    "MappingStats",
    "Timing",
]
