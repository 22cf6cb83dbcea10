"""Drop-ins for the tools crawlers are made of.

They convert and never decide. May import everything but command lines.
"""
