"""How the tests are run: the import graph, the parts, their runner, and the quick selection."""
