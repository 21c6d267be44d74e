"""Measure the learning detector: what it finds, what it reports in vain, CPU time and bytes."""

from bench.detect.cli import main

__all__ = ["main"]
