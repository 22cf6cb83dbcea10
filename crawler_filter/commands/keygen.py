"""`crawler-filter keygen`: make a key to sign records of audits with."""

from crawler_filter.audit.record_cli import add_keygen as add_arguments
from crawler_filter.audit.record_cli import keygen as run

__all__ = ["add_arguments", "run"]
