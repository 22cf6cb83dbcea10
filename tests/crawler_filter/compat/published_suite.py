"""A pytest plugin: makes the tests of datadiligence import our package under that name, and not wait for nothing."""

import sys
import time
from importlib import import_module

from werkzeug.serving import BaseWSGIServer

OURS = "crawler_filter.compat.datadiligence"

for name in ("", ".exceptions", ".evaluators", ".rules", ".bootstrap"):
    sys.modules[f"datadiligence{name}"] = import_module(f"{OURS}{name}")

import_module(f"{OURS}.spawning").SpawningAPI.BACKOFF_SECONDS = 0

# their servers listen as soon as they are made, and are polled for their end
time.sleep = lambda seconds: None
BaseWSGIServer.serve_forever.__defaults__ = (0.02,)
