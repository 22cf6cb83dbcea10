"""Answers to lookups, live, in the past and by key range, from the published snapshot.

Never writes; never HTTP.
"""
