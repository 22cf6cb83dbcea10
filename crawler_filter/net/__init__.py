"""The network of a crawler, and nothing else: transport, client, robots.txt cache.

May import anything below a check; never `sync` or a command line.
"""
