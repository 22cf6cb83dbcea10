"""Publishing: what makes the database's log and records readable, and verifiable, by everybody.

log        tiles and checkpoint, in Sunlight's order
snapshot   segments and manifest
publisher  the thread that does both a moment after each commit
"""

from registry.publishing.publisher import Published, Publisher

__all__ = ["Published", "Publisher"]
