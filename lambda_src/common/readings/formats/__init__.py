"""Formats: descriptions, as data, of where the messages of a kind hold their readings."""
