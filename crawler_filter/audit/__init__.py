"""Whole data sets, judged row by row: what is reserved in them, what may be kept, and a report.

auditing   a run from its order to its report
inputs     which files there are, and of what kind
recipes    which columns hold what
parts      what is done at once, and the face of a format
parquet, lines, warc, shards   the formats; blocks is what the last three share
judging    what the filter says of a batch
work       who does what, in which process
state      what is done, so that a run can be killed and go on
tally, report, html   what is counted, and how it is told

May import the filter, lists and what they import; never an integration.
"""
