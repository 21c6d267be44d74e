"""Errors that the user can act on."""


class RunError(Exception):
    """Invalid input or an unusable machine: one line that names it and what is allowed. Exit status 2."""
