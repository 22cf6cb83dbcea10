"""The two commands: every subcommand with its usage, its arguments and its options, as `--help` tells them."""

import argparse
import re
from collections.abc import Iterator
from typing import Final

import click

from crawler_filter.cli import command_line
from registry.cli import main
from tools.manual.markdown import table

_EVERYWHERE: Final = {"help", "json"}
_MEANINGS: Final = {
    "keep or done": "You may keep the asset, or the command is done.",
    "something is excluded": "At least one asset is excluded.",
    "called wrongly": "The command was called wrongly.",
    "could not be checked": "Something could not be checked.",
}


def crawler_filter() -> str:
    """Return a section for each command of `crawler-filter`."""
    return "\n".join(_filter_command(name, parser) for name, parser in filter_parsers())


def filter_parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command of `crawler-filter` with its parser."""
    for action in command_line()._actions:  # noqa: SLF001 - argparse has no public way to list them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            yield from action.choices.items()


def _filter_command(name: str, parser: argparse.ArgumentParser) -> str:
    actions = [action for action in parser._actions if action.dest not in _EVERYWHERE]  # noqa: SLF001
    actions.sort(key=lambda action: bool(action.option_strings))
    shown = [_filter_usage(action) for action in actions]
    rows = [(f"`{_filter_name(action)}`", _filter_help(action)) for action in actions]
    return _section(f"crawler-filter {name}", shown, parser.description or "", rows)


def _filter_name(action: argparse.Action) -> str:
    if not action.option_strings:
        return str(action.metavar or action.dest)
    name = action.option_strings[-1]
    return name if action.nargs == 0 else f"{name} {action.metavar or action.dest.upper()}"


def _filter_usage(action: argparse.Action) -> str:
    name = _filter_name(action)
    several = " …" if action.nargs in ("*", "+") or isinstance(action, argparse._AppendAction) else ""  # noqa: SLF001
    optional = not action.required or action.nargs in ("*", "?")
    return f"[{name}]{several}" if optional else f"{name}{several}"


def _filter_help(action: argparse.Action) -> str:
    text = (action.help or "") % {"default": action.default}
    choices = f" One of {', '.join(f'`{choice}`' for choice in action.choices)}." if action.choices else ""
    return f"{_sentence(text)}{choices}"


def exit_codes() -> str:
    """Return one row an exit code of `crawler-filter`."""
    codes = re.findall(r"(\d) ([^,]+)", command_line().epilog or "")
    return table("exit code|meaning", ((code, _MEANINGS[said]) for code, said in codes))


def optout_registry() -> str:
    """Return a section for each command of `optout-registry`."""
    return "\n".join(_registry_command(name, command) for name, command in registry_commands(main))


def registry_commands(group: click.Group, *before: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command of `optout-registry` by its whole name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from registry_commands(command, *before, name)
        else:
            yield " ".join((*before, name)), command


def _registry_command(name: str, command: click.Command) -> str:
    arguments = [f"<{each.name}>" for each in command.params if isinstance(each, click.Argument)]
    options = [each for each in command.params if isinstance(each, click.Option)]
    shown = [*arguments, *(_option_usage(each) for each in options)]
    rows = [(f"`{_option_name(each)}`", _option_help(each)) for each in options]
    text = " ".join((command.help or "").split())
    for argument in arguments:
        text = text.replace(argument[1:-1].upper(), f"`{argument}`")
    return _section(f"optout-registry {name}", shown, text, rows)


def _option_name(option: click.Option) -> str:
    names = "|".join([*option.opts, *option.secondary_opts])
    if option.is_flag:
        return names
    value = option.metavar or ("|".join(option.type.choices) if isinstance(option.type, click.Choice) else "")
    return f"{names} {value or option.type.name.upper()}"


def _option_usage(option: click.Option) -> str:
    name = _option_name(option)
    several = " …" if option.multiple else ""
    return f"{name}{several}" if option.required else f"[{name}]{several}"


def _option_help(option: click.Option) -> str:
    default = f" Default: `{option.default}`." if option.show_default else ""
    return f"{_sentence(option.help or '')}{default}".replace("|", "\\|")


def _section(name: str, usage: list[str], text: str, rows: list[tuple[str, str]]) -> str:
    lines = [f"### `{name}`", "", f"    {' '.join([name, *usage])}", "", _sentence(text), ""]
    if rows:
        escaped = [(cell.replace("|", "\\|"), meaning) for cell, meaning in rows]
        lines.append(table("argument|meaning", escaped))
    return "\n".join(lines)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""
