"""Samples single-point mutants of the product and runs the tests that need the changed file: `make mutants`."""
