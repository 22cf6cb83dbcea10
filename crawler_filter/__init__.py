"""Keep works out of a training set when their rights holders have reserved them.

    policy = Policy.opt_out(Usage.TRAIN_AI)
    optout = Filter.open("https://registry.example", trust="registry.policy", policy=policy)
    if not optout.check(url).keep: ...

Start at `Filter`; what it returns is a `Decision`; what it acts on is a `Policy`. Importing this package does
nothing else: no network, no output, no handler.
"""

from crawler_filter._version import __version__ as __version__
from crawler_filter.decision import Decision, SnapshotId
from crawler_filter.errors import AgeError, DataError, FilterError, SnapshotMissingError, TransportError
from crawler_filter.filter import Filter
from crawler_filter.finding import Finding, Source, Unavailable
from crawler_filter.formats.record import Assurance
from crawler_filter.policy import Mode, Policy
from crawler_filter.preference import Preference, Usage

__all__ = [
    "AgeError",
    "Assurance",
    "DataError",
    "Decision",
    "Filter",
    "FilterError",
    "Finding",
    "Mode",
    "Policy",
    "Preference",
    "SnapshotId",
    "SnapshotMissingError",
    "Source",
    "TransportError",
    "Unavailable",
    "Usage",
]
