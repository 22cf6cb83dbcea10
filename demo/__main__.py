"""`make demo`: an artist declares, a registry publishes, a crawler keeps out. Exits 0 only if all came right."""

import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler_filter import Filter, Policy, Usage
from demo.rights_holder import RightsHolder
from demo.server import Server
from demo.sites import FANS, GALLERY, KEY_VISUAL, Sites

MUST_BE = {
    f"http://{GALLERY}/": False,
    f"http://{GALLERY}/works/episode-1.html": False,
    f"http://{GALLERY}/press/": True,
    f"http://{GALLERY}/press/kit.html": True,
    f"http://{FANS}/": True,
    f"http://{FANS}/about.html": True,
    f"http://{FANS}/copied-key-visual.png": False,
    f"http://{FANS}/smaller-key-visual.png": False,
    f"http://{FANS}/scans.cbz": False,
    f"http://{FANS}/not-for-ai.html": False,
    f"http://{FANS}/my-own-drawing.png": True,
}
"""What the crawl must keep, by URL without the port."""

PUBLISHED_WITHIN = 300


def main() -> int:
    """Run every step; say what is done and what came of it."""
    with TemporaryDirectory(prefix="optout-demo-") as name, Sites() as sites:
        folder = Path(name)
        with Server(folder, GALLERY, sites.port) as server:
            step(f"A registry is running at {server.url}, with an empty log.")
            receipts = declare(folder, server, sites)
            step("The registry has logged and published the declarations.")
            sync(folder, server)
            policy = Policy.opt_out(Usage.TRAIN_AI)
            optout = Filter.open(folder / "snapshot", trust=server.trust, policy=policy)
            wrong = show(crawl(folder, server, sites), sites, optout)
            for receipt in receipts:
                (folder / "receipt.tlog-proof").write_bytes(receipt)
                run("crawler-filter", "verify", str(folder / "receipt.tlog-proof"), "--trust", str(server.trust))
    print("\nAll is as it must be." if not wrong else f"\nWrong: {', '.join(wrong)}")
    return bool(wrong)


def declare(folder: Path, server: Server, sites: Sites) -> list[bytes]:
    """Declare the site, a path with a looser preference, and a picture; return the receipts."""
    artist = RightsHolder(server.url, server.output)
    artist.sign_in("artist@example.com")
    artist.make_token()
    party = artist.become("Aozora Studio")
    step("The artist signed in with a mailed link and made an API token.")

    press = f"{GALLERY}/press/"
    site = artist.declare(
        party, ("host", GALLERY, "disallowed"), ("prefix", press, "allowed"), contact="licence@example.com"
    )
    step(f"Declared: {GALLERY} is reserved from AI training, {press} may be used. State: {site['state']}.")
    proved = artist.prove_by_file(site["id"], sites.proofs)
    step(f"Proved with a file under /.well-known/. State: {proved['state']}.")
    prints = fingerprints(folder / "key-visual.png")
    picture = artist.declare(party, *((each["kind"], each["value"], "disallowed") for each in prints))
    step(f"Declared: a picture, by its digest and its likeness, wherever it turns up. State: {picture['state']}.")
    return [wait_for_receipt(artist, declared["id"]) for declared in (proved, picture)]


def fingerprints(path: Path) -> list[dict[str, str]]:
    """Return what `crawler-filter fingerprint` says is to be declared of the key visual, which stays here."""
    path.write_bytes(KEY_VISUAL)
    command = [str(Path(sys.executable).with_name("crawler-filter")), "fingerprint", str(path), "--json"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=600).stdout
    return [json.loads(line) for line in output.splitlines()]


def wait_for_receipt(artist: RightsHolder, declaration: str) -> bytes:
    """Return the receipt, which exists once a signed checkpoint covers the declaration."""
    deadline = time.monotonic() + PUBLISHED_WITHIN
    while (answer := artist.receipt(declaration)).status_code == 503 and time.monotonic() < deadline:
        time.sleep(0.2)
    answer.raise_for_status()
    return answer.content


def sync(folder: Path, server: Server) -> None:
    """Sync until the snapshot holds both declarations, which takes a second or two."""
    arguments = ["sync", server.url, "--snapshot", str(folder / "snapshot"), "--trust", str(server.trust)]
    deadline = time.monotonic() + PUBLISHED_WITHIN
    while run("crawler-filter", *arguments, "--json", quiet=True)["log_size"] < 2:
        if time.monotonic() > deadline:
            raise RuntimeError("the declarations were not published in time")
        time.sleep(0.2)
    run("crawler-filter", *arguments)


def crawl(folder: Path, server: Server, sites: Sites) -> dict[str, dict[str, str | bool]]:
    """Crawl both sites with Scrapy through the add-on; return what became of each URL."""
    command = [sys.executable, "-m", "demo.crawl", str(sites.port), str(folder / "snapshot"), str(server.trust)]
    step("Crawling both sites with Scrapy, the add-on in place …")
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=600).stdout
    return {line["url"]: line for line in map(json.loads, output.splitlines())}


def show(seen: dict[str, dict[str, str | bool]], sites: Sites, optout: Filter) -> list[str]:
    """Print the table and return the URLs whose outcome is not what it must be."""
    outcomes = {url.replace(f":{sites.port}", ""): line for url, line in seen.items()}
    width = max(map(len, outcomes))
    print(f"\n  {'URL':{width}}  {'':8}  why")
    for url, line in sorted(outcomes.items()):
        why = shortened(str(line["why"])) or why_kept(optout, url)
        print(f"  {url:{width}}  {'keep' if line['keep'] else 'excluded':8}  {why}")
    print()
    wrong = [url for url, keep in MUST_BE.items() if url not in outcomes or outcomes[url]["keep"] is not keep]
    asked = [path for path in sites.requested if path.startswith(f"{GALLERY}/works/")]
    return wrong + [f"asked for {path}" for path in asked]


def why_kept(optout: Filter, url: str) -> str:
    """Return who allowed an address, if anybody did."""
    allowing = [finding.rule for finding in optout.check(url).findings if finding.decides]
    return f"allowed by {' and '.join(allowing)}" if allowing else "nobody has reserved it"


def shortened(why: str) -> str:
    """Return a reason with long digests cut."""
    return " ".join(f"{word[:12]}…" if len(word) == 64 else word for word in why.split())


def run(command: str, *arguments: str, quiet: bool = False) -> dict[str, int]:
    """Run one command of the filter as a user would; an exit code other than 0 ends the demo."""
    program = str(Path(sys.executable).with_name(command))
    output = subprocess.run(
        [program, *arguments], check=True, stdout=subprocess.PIPE, text=True, timeout=600
    ).stdout
    if quiet:
        return dict(json.loads(output))
    shown = (Path(item).name if "/" in item and "://" not in item else item for item in arguments)
    print(f"$ {command} {' '.join(shown)}")
    print("".join(f"  {line}\n" for line in output.splitlines()), end="", flush=True)
    return {}


def step(text: str) -> None:
    """Say what happened."""
    print(f"• {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
