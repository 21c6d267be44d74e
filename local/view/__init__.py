"""The output of a run: live in a terminal, or as plain lines."""
