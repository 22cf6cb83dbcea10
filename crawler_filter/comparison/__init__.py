"""Two pictures beside each other, by local features: for disputes and one's own catalogue, never for a snapshot.

Needs the extra `compare`. Imports `files` and what lies below. Features show much of a work, so none is published.
"""
