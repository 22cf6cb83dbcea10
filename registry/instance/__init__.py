"""One open registry: opening it, which service gets which, and its threads.

registry  `Registry`: the services, what is done as time passes, and whether the process may go on
assembly  which service gets which
opening   the storage, the clock and the publisher of an instance

May import every service; knows nothing of HTTP. Only one process at a time holds an instance.
"""

from registry.instance.opening import LOCAL_RESOLVER, open_fetcher, open_registry
from registry.instance.registry import Registry
from registry.publishing.creation import DATABASE

__all__ = ["DATABASE", "LOCAL_RESOLVER", "Registry", "open_fetcher", "open_registry"]
