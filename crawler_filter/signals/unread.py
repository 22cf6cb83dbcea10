"""The signal that says that something may be stated which could not be read: silence that is not consent."""

from crawler_filter.signals.signal import MAX_RULE, Family, Signal


def unread(family: Family, locator: str, reason: str, rule: str = "") -> Signal:
    """Return an unchecked signal without preferences whose warning says what could not be read, and why."""
    warning = f"could not be read: {reason:.200}"
    return Signal(family, rule[:MAX_RULE], locator[:MAX_RULE], warning=warning, unchecked=True)
