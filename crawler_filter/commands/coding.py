"""The option `--model`: codes of an owner's pictures and films, made as a registry wants them."""

import argparse
from contextlib import nullcontext
from pathlib import Path

from crawler_filter.errors import DigestMismatchError
from crawler_filter.fingerprints.frame_codes import Coder
from crawler_filter.formats.models import ModelEntry
from crawler_filter.integrations.onnx import OnnxMatcher
from crawler_filter.log import Note
from crawler_filter.net.transport import RequestsTransport, Transport
from crawler_filter.snapshot import Manifest
from crawler_filter.snapshot.manifest import MAX_MANIFEST_BYTES


def add_model(command: argparse.ArgumentParser) -> None:
    """Give a command the option of a model."""
    command.add_argument(
        "--model", metavar="FILE", type=Path,
        help="add the codes that this model, a file in ONNX form, makes of pictures and films (extra: embed)",
    )  # fmt: skip


def coder_of(model: Path | None, registry: str | None, transport: Transport | None = None) -> Coder | None:
    """Return what makes the codes of a picture, None where no model is given.

    Pictures are prepared as the registry's entry of the file says, without a registry as `OnnxMatcher` does by
    itself. Raises DigestMismatchError for a file that the registry does not list, OSError where it cannot be read,
    ValueError where it cannot be run, and what fetching the list raises.
    """
    if model is None:
        return None
    matcher = OnnxMatcher(model)
    if registry is not None:
        with nullcontext(transport) if transport else RequestsTransport() as opened:
            matcher = matcher.by(_entry(matcher.id, model, registry, models_of(registry, opened)))
    _try(matcher, model)
    return matcher.embedding


def models_of(registry: str, transport: Transport) -> tuple[ModelEntry, ...]:
    """Return the models that a registry takes codes of, as its manifest says.

    The signature is not looked at: whoever forges the list can make codes useless, and nothing else. Raises
    TransportError, DataError.
    """
    manifest = transport.get(f"{registry.rstrip('/')}/snapshot/manifest", max_bytes=MAX_MANIFEST_BYTES)
    return Manifest.decode(Note.parse(manifest).text).models


def _entry(sha256: str, model: Path, registry: str, entries: tuple[ModelEntry, ...]) -> ModelEntry:
    for entry in entries:
        if entry.sha256 == sha256:
            return entry
    taken = "; ".join(f"{each.id} {each.sha256} from {each.source}" for each in entries) or "none"
    raise DigestMismatchError(f"{model} is {sha256}, and {registry} takes codes of: {taken}")


def _try(matcher: OnnxMatcher, model: Path) -> None:
    """Run the model once, so that one that cannot be run is said now and not of each file."""
    import numpy as np  # noqa: PLC0415 - most commands do without

    try:
        matcher.codes(np.full((64, 64, 3), 127, dtype=np.uint8))
    except ImportError:
        raise
    except Exception as error:
        raise ValueError(f"{model} cannot be run: {error!s:.200}") from error
