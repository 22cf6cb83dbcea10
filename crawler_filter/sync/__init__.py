"""A registry's snapshot on this machine: the folder, its update, and who reads it.

May import everything but command lines and integrations.
"""
