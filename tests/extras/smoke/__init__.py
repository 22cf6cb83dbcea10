"""A program for each extra: it does with the extra what the extra is for, and fails if the answer is another.

`python -m smoke EXTRA FOLDER PROXY`; the folder is what `given` writes, the proxy answers for every host name. The
folder of this package is copied beside an environment, so it imports nothing of the tests.
"""
