"""Errors that the user can act on."""


class InputError(Exception):
    """Invalid input: one line that names the input and what is allowed. Exit status 2."""


class FailedError(Exception):
    """The command failed, completely or in part: one line that says why. Exit status 1."""
