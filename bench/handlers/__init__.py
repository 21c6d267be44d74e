"""Measure CPU time and AWS calls of a Lambda handler for events of a Kinesis stream."""

from bench.handlers.cli import main

__all__ = ["main"]
