"""The services of a declaration's life, which share one `Context`.

May import store, rules, control and mail; never HTTP.
"""
