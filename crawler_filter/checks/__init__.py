"""One check: an asset held against one snapshot and one policy.

May import the snapshot, signals, files and fingerprints; never the network or a clock.
"""
