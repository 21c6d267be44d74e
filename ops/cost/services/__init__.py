"""How each type of resource is charged, one module per service; `ops.cost.items` finds them all.

A module defines ``PRICED`` (type to a function of `Resource` and `Scene` that yields charges), ``FREE`` or ``UNPRICED``
(type to the reason), or several of them. A type that none of them names is reported as not priced.
"""
