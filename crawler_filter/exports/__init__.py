"""What is reserved, in the words of tools that cannot run Python.

rules    what is exported: places with their clear names
formats  how each tool writes them
feed     what became reserved between two snapshots, and what no longer is
"""
