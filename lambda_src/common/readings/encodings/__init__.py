"""Encodings: from a payload's bytes to documents that look like decoded JSON."""
