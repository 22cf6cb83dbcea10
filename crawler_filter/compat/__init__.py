"""Public interfaces of other packages on top of this one, for those who switch.

May import everything but command lines and integrations.
"""
