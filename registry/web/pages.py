"""All pages: importing a module of views adds its pages to the blueprint."""

from registry.web import (
    account_data_pages,
    account_pages,
    certificate_pages,
    declaration_pages,
    declare_pages,
    desk_pages,
    dispute_pages,
    enquiry_pages,
    feed_pages,
    import_pages,
    institution_pages,
    operator_pages,
    party_pages,
    proof_pages,
    protection_pages,
    search_pages,
    sign_in_pages,
    site_check_page,
    snippet_pages,
    static_pages,
    well_known_pages,
    work_pages,
)
from registry.web.page import blueprint

__all__ = ["blueprint"]

_VIEWS = (
    account_data_pages,
    account_pages,
    certificate_pages,
    declaration_pages,
    declare_pages,
    desk_pages,
    dispute_pages,
    feed_pages,
    import_pages,
    institution_pages,
    enquiry_pages,
    operator_pages,
    party_pages,
    proof_pages,
    search_pages,
    protection_pages,
    sign_in_pages,
    site_check_page,
    snippet_pages,
    static_pages,
    well_known_pages,
    work_pages,
)
