"""How the tests are run: in parts side by side, or only those that a change touches."""
