"""Permission given by name: what a party grants one operator, how that operator shows that it is the one.

Pure: no I/O. What a grant lifts in a decision is `crawler_filter.decision`.
"""
