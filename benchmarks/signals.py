"""What sites say for themselves: the headers of a response, and robots.txt beside protego on the same files.

The robots.txt files are made, in the three shapes that most real ones have: a blog's, one with a list of AI
crawlers, and a shop's with many wildcards. They have no rule that the two read differently (signals.md).
"""

import random
from collections.abc import Callable

from benchmarks.bench import Bench
from benchmarks.measure import over, side_by_side
from benchmarks.report import Report, at_least_times, at_most
from crawler_filter.signals import headers
from crawler_filter.signals.agents import default_agents
from crawler_filter.signals.robots.robots_txt import RobotsTxt

SECTION = "signals"
AGENTS = ("ExampleBot", "GPTBot")

SILENT = {
    "Date": "Wed, 25 Nov 2026 10:00:00 GMT",
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": "51234",
    "Connection": "keep-alive",
    "Server": "nginx",
    "Cache-Control": "max-age=300",
    "ETag": '"5f3e-1a2b"',
    "Vary": "Accept-Encoding",
    "Last-Modified": "Tue, 24 Nov 2026 09:00:00 GMT",
    "Accept-Ranges": "bytes",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000",
}


def run(bench: Bench, report: Report) -> None:
    """Measure both."""
    _headers(bench, report)
    _robots(bench, report)


def _headers(bench: Bench, report: Report) -> None:
    kinds = {"nothing said": SILENT, "X-Robots-Tag": {**SILENT, "X-Robots-Tag": "noai"}}
    many = range(bench.scale.urls)
    runs = {name: over(lambda _, fields=fields: headers.read(fields), many) for name, fields in kinds.items()}
    seconds = side_by_side(runs, passes=bench.scale.passes)
    for name in kinds:
        target = at_most(2) if name == "nothing said" else None
        report.add(SECTION, f"headers, {name}", seconds[name] / len(many) * 1e6, "µs", target)


def _robots(bench: Bench, report: Report) -> None:
    from protego import Protego

    rng = random.Random(9)
    files = [shape(rng) for shape in (_blog, _with_ai_list, _shop) for _ in range(20)]
    urls = [f"https://site.example{_path(rng)}" for _ in range(max(20, bench.scale.urls // 500))]
    ours, theirs = [RobotsTxt.parse(text) for text in files], [Protego.parse(text) for text in files]
    asked = [(number, agent, url) for url in urls for agent in AGENTS for number in range(len(files))]
    checks: dict[str, Callable[[tuple[int, str, str]], bool]] = {
        "may_crawl": lambda item: ours[item[0]].may_crawl(item[1], item[2]),
        "protego": lambda item: theirs[item[0]].can_fetch(item[2], item[1]),
    }
    seconds = side_by_side({name: over(check, asked) for name, check in checks.items()}, passes=bench.scale.passes)
    report.require(
        SECTION, "may_crawl", sum(checks["may_crawl"](item) is not checks["protego"](item) for item in asked)
    )
    report.add(SECTION, "robots.txt, may_crawl", seconds["may_crawl"] / len(asked) * 1e6, "µs")
    ratio = seconds["protego"] / seconds["may_crawl"]
    report.add(
        SECTION,
        "robots.txt, protego",
        seconds["protego"] / len(asked) * 1e6,
        "µs",
        at_least_times(1),
        ratio,
        "ours",
    )
    parsing = side_by_side(
        {"parse": over(RobotsTxt.parse, files), "protego": over(Protego.parse, files)}, passes=bench.scale.passes
    )
    ratio = parsing["protego"] / parsing["parse"]
    report.add(SECTION, "robots.txt, parse", parsing["parse"] / len(files) * 1e6, "µs")
    report.add(
        SECTION, "robots.txt, protego", parsing["protego"] / len(files) * 1e6, "µs", None, ratio, "ours", "parse"
    )


_WORDS = (
    "art",
    "blog",
    "cart",
    "feed",
    "image",
    "login",
    "manga",
    "news",
    "page",
    "search",
    "tag",
    "user",
    "wp-admin",
)


def _path(rng: random.Random) -> str:
    path = "/" + "/".join(rng.choices(_WORDS, k=rng.randint(1, 4)))
    return path + rng.choice(
        ["", "/", ".html", ".jpg", f"?{rng.choice(_WORDS)}={rng.randint(1, 99)}", "/%E3%81%82"]
    )


def _blog(_: random.Random) -> str:
    return "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\nSitemap: https://site.example/sitemap.xml\n"


def _with_ai_list(rng: random.Random) -> str:
    names = [agent.token for agent in default_agents().agents]
    refused = "\n".join(f"User-agent: {name}" for name in rng.sample(names, 20))
    return f"{_blog(rng)}\n{refused}\nDisallow: /\n"


def _shop(rng: random.Random) -> str:
    rules = []
    for _ in range(60):
        word, other = rng.choices(_WORDS, k=2)
        rules.append(
            rng.choice(
                [f"/{word}/{other}", f"/*/{word}", f"/*{word}=", f"/{word}/*.{other}$", f"/*{word}*{other}"]
            )
        )
    return "User-agent: *\n" + "".join(
        f"{rng.choice(['Disallow', 'Disallow', 'Allow'])}: {rule}\n" for rule in rules
    )
