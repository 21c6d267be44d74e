"""The local run: the very plan that AWS would get, on an embedded AWS, with every reading accounted for."""
