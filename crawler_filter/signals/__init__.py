"""What sites and files say about themselves, one module a standard, each pure: bytes or text in, signals out.

Hostile or malformed input never raises: it gives a `Signal` with a warning and no preference, so that it is seen
and is never taken for consent. Which usages each statement speaks to is one table, `meanings`.
"""
