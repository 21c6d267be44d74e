"""The run: from a preset's name to an account of every reading that was sent."""
