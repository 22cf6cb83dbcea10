"""`crawler-filter summary`: print an audit's report in a form that others ask for."""

from crawler_filter.audit.record_cli import add_summary as add_arguments
from crawler_filter.audit.record_cli import summary as run

__all__ = ["add_arguments", "run"]
