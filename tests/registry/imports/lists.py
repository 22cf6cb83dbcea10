"""Lists as people upload them."""

from registry.model.imports import Import, ImportRequest


def upload(studio, content: bytes, name="works.csv", usages=("train-ai",), **more) -> Import:
    """Send a list in two parts and have it read."""
    imports = studio.registry.imports
    request = ImportRequest(studio.party.id, name, len(content), usages, **more)
    made = imports.start(studio.actor, request)
    half = len(content) // 2
    imports.receive(studio.actor, made.id, 0, content[:half])
    imports.receive(studio.actor, made.id, half, content[half:])
    studio.registry.import_work.work()
    return imports.get(studio.actor, made.id)


def accept(studio, made: Import, **more) -> Import:
    """Accept a list and have it declared as far as that goes."""
    studio.registry.imports.confirm(studio.actor, made.id, statement="2026-11", **more)
    studio.registry.import_work.work()
    return studio.registry.imports.get(studio.actor, made.id)


def urls(numbers) -> bytes:
    """A table of pages."""
    return b"url,title\n" + b"".join(b"https://art.example.com/%d,T%d\n" % (n, n) for n in numbers)
