"""What is in strangers' bytes: kind, members, text, pixels.

May import only `errors`; knows nothing of registries, signals or snapshots.
"""
