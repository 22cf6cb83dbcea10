"""What a crawler received of one asset: plain values, so that whoever received nothing loads no parser."""

from dataclasses import dataclass

from crawler_filter.finding import Source


@dataclass(frozen=True, slots=True)
class Received:
    """The things a crawler has of one asset, named as the arguments of `Filter.check`; None is "not given"."""

    headers: object = None
    html: object = None
    robots_txt: object = None
    status: int | None = None
    well_known: object = None
    licenses: object = None
    content: object = None

    def sources(self) -> frozenset[Source]:
        """Return which sources are given."""
        given = {
            Source.HEADERS: self.headers,
            Source.HTML: self.html,
            Source.ROBOTS_TXT: self.robots_txt,
            Source.WELL_KNOWN: self.well_known,
            Source.LICENSE: self.licenses,
            Source.CONTENT: self.content,
        }
        return frozenset(source for source, value in given.items() if value is not None)
