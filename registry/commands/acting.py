"""Having something done by the registry that runs, or, where none runs, by opening it."""

import os
from typing import Any

from registry.config import Config
from registry.instance import open_registry
from registry.server.operator import ACTIONS, ask
from registry.server.operator_account import operator_here


def configuration() -> Config:
    """Return the settings of the environment. Raises ConfigError."""
    return Config.from_environment(os.environ)


def act(action: str, **arguments: object) -> Any:  # noqa: ANN401 - whatever the action returns
    """Ask the running server to do it. If none runs, open the instance, do it, and publish the result."""
    config = configuration()
    try:
        return ask(config.instance, action, arguments)
    except ConnectionRefusedError:
        with open_registry(config) as registry:
            result = ACTIONS[action](registry, arguments, operator_here())
            registry.publisher.publish()
            return result
