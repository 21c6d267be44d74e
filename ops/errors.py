"""Errors that a person can do something about."""


class InputError(Exception):
    """Bad input: one line that names the thing and what is allowed. Exit status 2."""


class FailedError(Exception):
    """What was asked for could not be done, or not all of it: one line that says why. Exit status 1."""
