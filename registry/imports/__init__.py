"""Lists of works that people upload: read in the background, looked at, then declared, and reported on.

What lives here may import every layer below `instance`; files are read by `crawler_filter.declaring`.
"""
