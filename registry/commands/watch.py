"""`optout-registry watch`: follow who claims a site or a title in a registry, without an account."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click

from registry.commands.acting import configuration
from registry.instance import open_fetcher
from registry.lookups.watching import feed_address, newer, read_feed

SOMETHING = 3
"""Exit code where something happened."""


@click.command()
@click.argument("what")
@click.option("--registry", help="Address of the registry, such as https://registry.example. Default: your own.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]),
              help="Only what happened after this time, in UTC.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each event.")
@click.pass_context
def watch(ctx: click.Context, what: str, registry: str | None, since: datetime | None, *, as_json: bool) -> None:
    """Print what happened to WHAT in a registry. WHAT is a domain such as example.com, or a title.

    Reads the public feed. Exit codes: 0 nothing happened, 3 something did, 1 the feed could not be read.
    """
    config = configuration()
    address = feed_address(registry or config.public_url, what)
    after = None if since is None else since.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    events = newer(read_feed(open_fetcher(config), address), after)
    for event in events:
        click.echo(json.dumps(asdict(event), ensure_ascii=False) if as_json else event.line())
    if events:
        ctx.exit(SOMETHING)
