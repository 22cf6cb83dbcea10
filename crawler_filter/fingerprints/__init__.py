"""Content fingerprints: what stays the same about a file wherever it is copied to.

May import only `files` and `errors`.
"""
