"""Errors that a person can do something about."""


class RunError(Exception):
    """Bad input or an unusable machine: one line that names the thing and what is allowed. Exit status 2."""
