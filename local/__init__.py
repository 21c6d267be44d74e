"""The local run: the plan that AWS would get, applied to an embedded AWS, with every reading accounted for."""
