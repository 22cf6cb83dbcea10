"""What runs by itself: loops, what becomes of an item that fails, and the time that may be acted upon.

May import errors and durations alone; everything above may use it.
"""
