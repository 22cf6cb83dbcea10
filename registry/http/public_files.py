"""Serving what was published: static files, each under the one name it has, with how long it may be kept.

Any other server, mirror or CDN may serve the folder as well; nothing here is more than a static file. A name that
is not one of the formats' never reaches the disk.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import flask
from werkzeug.wrappers import Response

from crawler_filter.errors import MalformedNoteError
from crawler_filter.log import CHECKPOINT_PATH, Tile
from registry.errors import NotFoundError
from registry.publishing.keys import TRUST_FILE

IMMUTABLE: Final = "public, max-age=31536000, immutable"
MOMENT: Final = "public, max-age=2"
"""For the checkpoint and the manifest, which are replaced every few seconds (tlog-tiles, "Checkpoints")."""

_TEXT: Final = "text/plain"
_BYTES: Final = "application/octet-stream"
_LOG: Final = re.compile(r"log(?:-[0-9]{1,9})?")
_SEGMENT: Final = re.compile(r"[0-9a-f]{64}\.seg")
_GRANTS: Final = re.compile(r"[0-9a-f]{64}\.grants")
_GRANTS_NOTE: Final = re.compile(r"grants/(?:0|[1-9][0-9]{0,18})")
_ROOT: Final = re.compile(r"root/[1-9][0-9]{0,8}")


def public_files(instance: Callable[[], Path]) -> flask.Blueprint:
    """Return the blueprint that serves the snapshot, the logs and the trust file of an instance.

    `instance` gives its folder.
    """
    blueprint = flask.Blueprint("public_files", __name__)

    @blueprint.get(f"/{TRUST_FILE}")
    def trust_file() -> Response:
        """Serve the trust file to clients that trust on first use. Others get it from the operator."""
        return _serve(instance() / TRUST_FILE, _TEXT, MOMENT)

    @blueprint.get("/snapshot/<path:name>")
    def snapshot_file(name: str) -> Response:
        return snapshot_response(name, instance() / "public" / "snapshot" / name)

    @blueprint.get("/<log>/checkpoint", defaults={"name": CHECKPOINT_PATH})
    @blueprint.get("/<log>/tile/<path:name>")
    def log_file(log: str, name: str) -> Response:
        if not _LOG.fullmatch(log):
            raise NotFoundError("there is no such log")
        if name == CHECKPOINT_PATH:
            return _serve(instance() / "public" / log / name, _TEXT, MOMENT)
        return _serve(instance() / "public" / log / _tile_path(f"tile/{name}"), _BYTES, IMMUTABLE)

    return blueprint


def snapshot_response(name: str, path: Path) -> Response:
    """Answer with the file at `path`, which has the name `name` below `snapshot/`. Raises NotFoundError."""
    if name == "manifest":
        return _serve(path, _TEXT, MOMENT)
    if _GRANTS_NOTE.fullmatch(name):
        return _serve(path, _TEXT, MOMENT)
    if _SEGMENT.fullmatch(name) or _GRANTS.fullmatch(name):
        return _serve(path, _BYTES, IMMUTABLE)
    if _ROOT.fullmatch(name):
        return _serve(path, _TEXT, IMMUTABLE)
    raise NotFoundError("there is no such file in a snapshot")


def _tile_path(name: str) -> str:
    try:
        return Tile.parse(name).path
    except MalformedNoteError as error:
        raise NotFoundError("there is no such tile") from error


def _serve(path: Path, media_type: str, cache: str) -> Response:
    try:
        response: Response = flask.send_file(path.absolute(), mimetype=media_type, conditional=True)
    except FileNotFoundError as error:
        raise NotFoundError("it was not published, or is no longer kept") from error
    response.headers["Cache-Control"] = cache
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
