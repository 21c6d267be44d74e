"""The run: from the name of a preset to an account of every reading that was sent."""
