"""The item pipeline: items that point to reserved works lose them, and reserved items are dropped.

Put it before the media pipelines, where it takes reserved addresses away and tells the middleware on which page a
file was found, and a second time behind them, where it knows the checksums:

    ITEM_PIPELINES = {OptOutItemPipeline: 0, FilesPipeline: 100}
"""

from collections.abc import Mapping
from typing import Any, Final, Self

from itemadapter import ItemAdapter
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler_filter.decision import Decision
from crawler_filter.integrations.scrapy.middleware import OptOutMiddleware

_ADDRESSES: Final = ("image_urls", "file_urls")
_FILES: Final = ("images", "files")
_DIGESTS: Final = ("sha256", "sha1", "md5")


class OptOutItemPipeline:
    """Checks the addresses and the digests that items carry."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Called by Scrapy."""
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Return the item without what is reserved. Raises DropItem for one that is reserved itself."""
        middleware = self._crawler.get_downloader_middleware(OptOutMiddleware)
        if middleware is None:
            return item
        fields = ItemAdapter(item)
        await self._require_kept(middleware, fields)
        page = fields.get("url")
        for name in _ADDRESSES:
            if urls := fields.get(name):
                fields[name] = [url for url in urls if await self._keeps(middleware, page, url=url)]
                for url in fields[name]:
                    middleware.remember_page(url, page)
        for name in _FILES:
            if files := fields.get(name):
                fields[name] = [file for file in files if await self._keeps(middleware, page, **_known(file))]
        return item

    async def _require_kept(self, middleware: OptOutMiddleware, fields: ItemAdapter) -> None:
        known = {name: fields[name] for name in _DIGESTS if fields.get(name)}
        if fields.get("url"):
            known["url"] = fields["url"]
        if known and not (decision := await self._decide(middleware, known)).keep:
            raise DropItem(decision.summary())

    async def _keeps(self, middleware: OptOutMiddleware, page: str | None, **known: Any) -> bool:
        return (await self._decide(middleware, known | {"found_on": page})).keep

    async def _decide(self, middleware: OptOutMiddleware, known: dict[str, Any]) -> Decision:
        """Return the decision, noted, once something can be checked. Raises DropItem where that is given up."""
        decision = middleware.optout.check(**known)
        if decision.retry and not decision.keep and middleware.waits_for_checks:
            await middleware.outage.over(decision)
            decision = middleware.optout.check(**known)
            if decision.retry and not decision.keep:
                middleware.journal.count("item/unchecked")
                middleware.journal.items.add(decision, known.get("url"))
                raise DropItem(decision.summary())
        middleware.journal.note_item(decision, known.get("url"))
        return decision


def keep_media(request: Request, item: Any) -> Request:
    """Return a media pipeline's request that names the page of its item. For your own `get_media_requests`."""
    page = ItemAdapter(item).get("url")
    if page:
        request.meta["optout_found_on"] = page
    return request


def _known(file: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a media pipeline tells of a file: Scrapy's checksum is its MD5."""
    return {"url": file.get("url"), "md5": file.get("checksum")}
