"""Evaluators by name, and the default one for each kind of argument."""

from typing import Any, Final

from crawler_filter.compat.datadiligence.evaluators import (
    Evaluator,
    FileEvaluator,
    PostprocessEvaluator,
    PreprocessEvaluator,
)
from crawler_filter.compat.datadiligence.exceptions import (
    DefaultEvaluatorNotFound,
    EvaluatorAlreadyRegistered,
    EvaluatorNotRegistered,
    NotEvaluator,
)

_registered: Final[dict[str, Evaluator]] = {}


def load_defaults(user_agent: str | None = None) -> None:
    """Register the default evaluators anew: `preprocess`, `postprocess` and `file`."""
    register_evaluator(PreprocessEvaluator(user_agent), overwrite=True)
    register_evaluator(PostprocessEvaluator(user_agent), overwrite=True)
    register_evaluator(FileEvaluator(), overwrite=True)


def list_evaluators() -> list[str]:
    """Return the names of the registered evaluators."""
    return list(_registered)


def register_evaluator(evaluator: object, name: str | None = None, overwrite: bool = False) -> None:
    """Register an evaluator. Raises NotEvaluator, EvaluatorAlreadyRegistered."""
    if not isinstance(evaluator, Evaluator):
        raise NotEvaluator
    key = name or evaluator.name
    if key in _registered and not overwrite:
        raise EvaluatorAlreadyRegistered(key)
    _registered[key] = evaluator


def deregister_evaluator(name: str) -> None:
    """Remove an evaluator. Raises EvaluatorNotRegistered."""
    get_evaluator(name)
    del _registered[name]


def get_evaluator(name: str) -> Evaluator:
    """Return an evaluator. Raises EvaluatorNotRegistered."""
    if name not in _registered:
        raise EvaluatorNotRegistered(name)
    return _registered[name]


def is_allowed(name: str | None = None, **kwargs: Any) -> Any:
    """Ask the evaluator of this name, or the default one for these arguments.

    `urls` are for `preprocess`, `url`, `response` and `headers` for `postprocess`, and `path` is for `file`.
    Raises EvaluatorNotRegistered, DefaultEvaluatorNotFound.
    """
    return get_evaluator(name or _default(kwargs)).is_allowed(**kwargs)


def filter_allowed(name: str | None = None, **kwargs: Any) -> list[str]:
    """Return what is allowed of `urls`. Raises EvaluatorNotRegistered, DefaultEvaluatorNotFound."""
    if name is None and "urls" not in kwargs:
        raise DefaultEvaluatorNotFound(list(kwargs))
    return get_evaluator(name or "preprocess").filter_allowed(**kwargs)


def _default(arguments: dict[str, Any]) -> str:
    if "urls" in arguments:
        return "preprocess"
    if arguments.keys() & {"url", "response", "headers"}:
        return "postprocess"
    if "path" in arguments:
        return "file"
    raise DefaultEvaluatorNotFound(list(arguments))
