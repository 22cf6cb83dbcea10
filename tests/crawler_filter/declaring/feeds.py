"""Trade feeds, written as their owners' systems write them."""


def isbn13(number: int) -> str:
    """An ISBN-13 with its check digit."""
    digits = f"978{number:09d}"
    total = sum(int(digit) * (1, 3)[at % 2] for at, digit in enumerate(digits))
    return digits + str(-total % 10)


def onix(products: str, *, short: bool = False) -> bytes:
    """A message of ONIX 3.0."""
    root, namespace = ("ONIXmessage", "short") if short else ("ONIXMessage", "reference")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} release="3.0" '
        f'xmlns="http://ns.editeur.org/onix/3.0/{namespace}">\n{products}</{root}>\n'
    ).encode()


def product(number: int, usage: str = "", identifiers: str = "") -> str:
    """A product by its ISBN; `usage` is what stands in its DescriptiveDetail."""
    isbn = f"<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn13(number)}</IDValue></ProductIdentifier>"
    return (
        f"<Product><RecordReference>jp.example.{number}</RecordReference><NotificationType>03</NotificationType>\n"
        f"{identifiers or isbn}<DescriptiveDetail>{usage}<TitleDetail><TitleType>01</TitleType><TitleElement>"
        f"<TitleElementLevel>01</TitleElementLevel><TitleText>灯台 第{number}巻</TitleText></TitleElement></TitleDetail>"
        "</DescriptiveDetail></Product>\n"
    )


def constraint(status: str, kind: str = "11") -> str:
    """A usage constraint of code lists 145 and 146."""
    return (
        f"<EpubUsageConstraint><EpubUsageType>{kind}</EpubUsageType>"
        f"<EpubUsageStatus>{status}</EpubUsageStatus></EpubUsageConstraint>"
    )


SHORT = (
    "<product><a001>ref-1</a001><productidentifier><b221>15</b221><b244>9784873119328</b244></productidentifier>"
    "<descriptivedetail><epubusageconstraint><x318>11</x318><x319>03</x319></epubusageconstraint>"
    "<titledetail><titleelement><b203>Short</b203></titleelement></titledetail></descriptivedetail></product>"
)

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>
<newsItem guid="urn:newsml:agency.example:1" standard="NewsML-G2" standardversion="2.34">
<rightsInfo><copyrightHolder literal="Agency"/><dataMining uri="http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"/></rightsInfo>
<contentMeta><headline>灯台の町</headline></contentMeta>
<contentSet><remoteContent href="https://agency.example/photos/1.jpg"/><remoteContent href="https://agency.example/photos/1-small.jpg"/></contentSet>
</newsItem>
<newsItem guid="https://agency.example/stories/2"><rightsInfo><dataMining qcode="plusvocab:DMI-PROHIBITED"/></rightsInfo></newsItem>
<newsItem guid="https://agency.example/stories/3"><rightsInfo/></newsItem>
<newsItem guid="urn:newsml:agency.example:4"><rightsInfo/></newsItem>
</itemSet></newsMessage>
"""

SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://studio.example/1?a=1&amp;b=2</loc><image:image><image:loc>https://cdn.studio.example/1.png</image:loc></image:image></url>
<url><loc>ftp://studio.example/2</loc></url>
</urlset>
"""
