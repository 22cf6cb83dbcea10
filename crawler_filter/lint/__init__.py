"""For publishers: what a site's signals about AI will be understood as, by whom, and what to fix.

`linting.lint` judges what was gathered and fetches nothing; `gathering` and `folder` gather from a live site and
from a folder.
"""
