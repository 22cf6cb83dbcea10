"""The option `--model`: codes of an owner's pictures and films, made as a registry wants them."""

import argparse
import time
from contextlib import nullcontext
from pathlib import Path

from crawler_filter.commands.options import add_trust, usage_error
from crawler_filter.errors import DigestMismatchError
from crawler_filter.fingerprints.frame_codes import Coder
from crawler_filter.formats.models import ModelEntry
from crawler_filter.integrations.onnx import OnnxMatcher
from crawler_filter.log import Trust
from crawler_filter.net.transport import RequestsTransport, Transport
from crawler_filter.sync.source import read_trust
from crawler_filter.sync.update import offered_by


def add_model(command: argparse.ArgumentParser) -> None:
    """Give a command the options of a model."""
    command.add_argument(
        "--model", metavar="FILE", type=Path,
        help="add the codes that this model, a file in ONNX form, makes of pictures and films (extra: embed)",
    )  # fmt: skip
    add_trust(command)


def coder_of_options(options: argparse.Namespace) -> Coder | None:
    """Return what makes the codes that the options ask for. Raises as `coder_of`, and MalformedTrustError."""
    if options.model is None or options.registry is None:
        return coder_of(options.model)
    if options.trust is None:
        usage_error(
            "--model with --registry needs --trust FILE: codes made by a forged list are found by nobody "
            f"(crawler-filter trust fetch {options.registry} --out registry.policy)"
        )
    return coder_of(options.model, options.registry, read_trust(options.trust))


def coder_of(
    model: Path | None,
    registry: str | None = None,
    trust: Trust | None = None,
    transport: Transport | None = None,
    now: float | None = None,
) -> Coder | None:
    """Return what makes the codes of a picture, None where no model is given.

    Pictures are prepared as the registry's entry of the file says, whose manifest is verified by `trust`; without
    both as `OnnxMatcher` does by itself. Raises DigestMismatchError for a file that the registry does not list,
    OSError where it cannot be read, ValueError where it cannot be run, and what `offered_by` raises.
    """
    if model is None:
        return None
    matcher = OnnxMatcher(model)
    if registry is not None and trust is not None:
        with nullcontext(transport) if transport else RequestsTransport() as opened:
            offered = offered_by(registry, trust, transport=opened, now=time.time() if now is None else now)
        matcher = matcher.by(_entry(matcher.id, model, registry, offered.manifest.models))
    _try(matcher, model)
    return matcher


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
