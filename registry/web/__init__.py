"""The pages: server-rendered, complete without JavaScript, one style sheet, nothing from another site.

Views read a form, ask the domain, and choose a template; sentences stand in `words` and the templates. No rule of
the registry is decided here.
"""

from registry.web import account, declaring, i18n, proving, public, records, signing_in, site_checking, works
from registry.web.errors import answer
from registry.web.site import blueprint

__all__ = ["answer", "blueprint", "install"]

_VIEWS = (account, declaring, proving, public, records, signing_in, site_checking, works)
"""Importing a module of views adds its pages to the blueprint."""

install = i18n.install
