"""How much CPU and how many AWS calls a Lambda handler needs for an event of a Kinesis stream."""

from bench.handlers.cli import main

__all__ = ["main"]
