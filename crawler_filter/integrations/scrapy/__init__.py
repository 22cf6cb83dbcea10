"""A Scrapy add-on: reserved works are neither requested nor, when only the answer gives them away, passed on.

    ADDONS = {"crawler_filter.integrations.scrapy.OptOutAddon": 90}
    OPTOUT_SNAPSHOT = "https://registry.example"     # or a folder that `crawler-filter sync` keeps
    OPTOUT_TRUST = "registry.policy"

Every request passes, so every hop of a redirect and every file of a media pipeline does. What is reserved for sure
is dropped before it is queued. While nothing can be checked, because the snapshot is too old or the installation
lacks something, the crawl stops and its queue stays whole.

May import the filter, and nothing of the other integrations but the summary and the removed rows.
"""

from crawler_filter.integrations.installed import installed

with installed("scrapy"):
    from crawler_filter.integrations.scrapy.items import OptOutItemPipeline, keep_media
    from crawler_filter.integrations.scrapy.journal import request_excluded, snapshot_changed
    from crawler_filter.integrations.scrapy.middleware import (
        ExcludedRequest,
        NotCheckedRequest,
        OptOutAddon,
        OptOutMiddleware,
        OptOutRobotsMiddleware,
    )
    from crawler_filter.integrations.scrapy.options import Options, policy_from

__all__ = [
    "ExcludedRequest",
    "NotCheckedRequest",
    "OptOutAddon",
    "OptOutItemPipeline",
    "OptOutMiddleware",
    "OptOutRobotsMiddleware",
    "Options",
    "keep_media",
    "policy_from",
    "request_excluded",
    "snapshot_changed",
]
