"""The published folder as a mirror that a filter syncs with, without a socket."""

from pathlib import Path

from crawler_filter.errors import HttpStatusError, OversizedError


class FolderTransport:
    """Answers requests for `https://mirror.example/…` from a folder, as a static file server would."""

    URL = "https://mirror.example"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, url: str, *, max_bytes: int) -> bytes:
        path = self._folder / url.removeprefix(f"{self.URL}/")
        if not path.is_file():
            raise HttpStatusError(url, 404)
        content = path.read_bytes()
        if len(content) > max_bytes:
            raise OversizedError(url)
        return content

    def download(self, url: str, sink, *, length: int, progress=None) -> None:
        sink.write(self.get(url, max_bytes=length))

    def post_json(self, url: str, value: object, *, max_bytes: int) -> bytes:
        raise HttpStatusError(url, 405)
