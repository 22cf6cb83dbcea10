"""Proof of control: what to publish, how it is read, whether it is there, when it lapses.

Goes out only through the fetcher it is given; never the database.
"""
