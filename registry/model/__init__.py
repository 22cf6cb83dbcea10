"""Values of the registry: declarations, works, parties, credentials. No I/O, no SQL, no HTTP."""
