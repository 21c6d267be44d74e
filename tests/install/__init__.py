"""Environments that are made from the requirements files and from the Pipfile, as their users make them."""
