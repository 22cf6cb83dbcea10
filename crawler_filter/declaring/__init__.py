"""A rights holder's whole catalogue, declared from files: read, planned, sent, and remembered.

What lives here may import every layer below `lint`; nothing here judges what may be declared, which is the
registry's to say.
"""
