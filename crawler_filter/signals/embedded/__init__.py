"""Signals inside files: XMP, C2PA, EPUB, PDF, media tags. Bytes in, signals out; never I/O."""
