"""Registered characters in prompts: by their names, and by what is said of their looks. Pure, but for lists.

words       text in English or Japanese → concepts of appearance
rarity      how many bits of surprise a concept carries
describing  which sheet a text describes
naming      which sheet a text names
sheets      both, for all sheets of a registry
"""
