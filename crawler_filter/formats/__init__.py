"""What registry and filter must spell alike, one module a page of `docs/formats/`.

May import fingerprints, log and errors; never I/O.
"""
