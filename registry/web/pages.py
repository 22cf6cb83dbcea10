"""All pages: importing a module of views adds its pages to the blueprint."""

from registry.web import account, declaring, proving, public, records, signing_in, site_checking, works
from registry.web.site import blueprint

__all__ = ["blueprint"]

_VIEWS = (account, declaring, proving, public, records, signing_in, site_checking, works)
