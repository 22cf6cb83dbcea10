"""An operator's own lists: take-down letters, community lists, a partner's exclusions, as a snapshot beside
registries.

entries    one line of a list: what it names, and why
reading    the files that lists come in
compiling  brings such a folder up to date

A compiled list is not signed and never too old: it is the operator's own word.
"""
