"""All pages: importing a module of pages adds them to the blueprint."""

from registry.web import (  # noqa: F401 - each adds its pages as it is imported
    access_pages,
    account_data_pages,
    account_pages,
    certificate_pages,
    co_owner_pages,
    declaration_pages,
    declare_pages,
    desk_pages,
    dispute_pages,
    enquiry_log_pages,
    enquiry_pages,
    feed_pages,
    grant_detail_pages,
    import_pages,
    institution_pages,
    language_pages,
    operator_pages,
    party_pages,
    passkey_pages,
    private_feed_pages,
    proof_pages,
    protection_pages,
    search_pages,
    sign_in_pages,
    site_check_page,
    snippet_pages,
    static_pages,
    territory_pages,
    webhook_pages,
    well_known_pages,
    withdrawal_pages,
    work_pages,
)
from registry.web.page import blueprint

__all__ = ["blueprint"]
