"""Accounts, sessions, sign-in links and tokens. May import the store and mail; never HTTP."""
