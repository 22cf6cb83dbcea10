"""The models whose codes this registry takes: read from the operator's file, and held to what is declared already.

The file is TOML, one `[[model]]` a model. Means and deviations are shares of full brightness there, and are
rounded to millionths.
"""

import tomllib
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from crawler_filter.errors import MalformedNoteError, MalformedRecordError
from crawler_filter.fingerprints.embedding import CODE_BITS
from crawler_filter.formats.models import ModelEntry
from crawler_filter.snapshot.manifest import check_models
from registry.config import ConfigError
from registry.errors import InstanceError
from registry.store.declarations import coded_models

_FRACTIONS: Final = ("mean", "deviation")
_MILLION: Final = 1_000_000


def read_models(path: Path | None) -> tuple[ModelEntry, ...]:
    """Return the entries of a file of models, none where no file is named. Raises ConfigError."""
    if path is None:
        return ()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        models = tuple(ModelEntry.from_words(_in_millionths(each)) for each in _listed(tables))
        check_models(models)
    except OSError as error:
        raise ConfigError(f"REGISTRY_MODELS_FILE: {error}") from error
    except (ValueError, MalformedNoteError, MalformedRecordError) as error:
        raise ConfigError(f"REGISTRY_MODELS_FILE: {path}: {error}") from error
    return models


def require_listed(database: Database, models: Sequence[ModelEntry]) -> None:
    """Refuse to go on without the entry of a model that works are declared with: filters could not look for them.

    Raises InstanceError.
    """
    missing = coded_models(database) - {model.sha256 for model in models}
    if missing:
        raise InstanceError(
            f"works are declared with codes of the model {', '.join(sorted(missing))}, which REGISTRY_MODELS_FILE"
            " does not list: put its entry back"
        )


def _listed(tables: Mapping[str, Any]) -> Sequence[Any]:
    listed = tables.get("model")
    if tables.keys() != {"model"} or not isinstance(listed, list):
        raise MalformedRecordError("expected tables called [[model]] and nothing else")
    return listed


def _in_millionths(words: Any) -> Mapping[str, Any]:  # noqa: ANN401 - whatever stands in the file
    if not isinstance(words, dict):
        raise MalformedRecordError("expected tables called [[model]]")
    rounded = {
        name: [round(each * _MILLION) if _is_finite(each) else each for each in words[name]]
        for name in _FRACTIONS
        if isinstance(words.get(name), list)
    }
    return {"code_bits": CODE_BITS} | words | rounded


def _is_finite(value: object) -> bool:
    return type(value) is int or (isinstance(value, float) and isfinite(value))
