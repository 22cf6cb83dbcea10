"""Catalogues: read, planned, sent, remembered."""
