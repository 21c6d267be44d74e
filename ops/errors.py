"""Errors that a person can do something about."""


class InputError(Exception):
    """Bad input: one line that names the thing and what is allowed. Exit status 2."""
