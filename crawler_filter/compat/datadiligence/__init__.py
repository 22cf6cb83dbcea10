"""The public interface of datadiligence 0.1.7, on top of this package's readers, failing closed.

    import crawler_filter.compat.datadiligence as dd

Names, arguments and answers are those of the original, with one difference on purpose: what could not be checked
is never allowed. See `docs/how-to/crawler/switch-from-datadiligence.md`.
"""

from crawler_filter.compat.datadiligence import evaluators, exceptions, rules
from crawler_filter.compat.datadiligence.bootstrap import (
    deregister_evaluator,
    filter_allowed,
    get_evaluator,
    is_allowed,
    list_evaluators,
    load_defaults,
    register_evaluator,
)
from crawler_filter.compat.datadiligence.evaluators import (
    Evaluator,
    FileEvaluator,
    HttpEvaluator,
    PostprocessEvaluator,
    PreprocessEvaluator,
)

__all__ = [
    "Evaluator",
    "FileEvaluator",
    "HttpEvaluator",
    "PostprocessEvaluator",
    "PreprocessEvaluator",
    "deregister_evaluator",
    "evaluators",
    "exceptions",
    "filter_allowed",
    "get_evaluator",
    "is_allowed",
    "list_evaluators",
    "load_defaults",
    "register_evaluator",
    "rules",
]

load_defaults()
