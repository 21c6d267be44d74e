"""Sparkplug B (Eclipse Tahu's payload schema, Sparkplug 3.0): from a message's bytes and topic to readings."""
