"""`crawler-filter completion`: what makes a shell complete commands and options."""

import argparse
from collections.abc import Iterator
from typing import Final

from crawler_filter.commands.exit_codes import KEPT

_BASH: Final = """_crawler_filter() {{
    local words
    case "${{COMP_WORDS[1]}}" in
{cases}
        *) words="{commands}" ;;
    esac
    [ "$COMP_CWORD" -eq 1 ] && words="{commands}"
    COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _crawler_filter crawler-filter
"""
_ZSH: Final = "autoload -U +X bashcompinit && bashcompinit\n"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    command.epilog = 'in ~/.bashrc: eval "$(crawler-filter completion bash)"'
    command.add_argument("shell", choices=["bash", "zsh", "fish"], help="the shell")


def run(options: argparse.Namespace) -> int:
    """Print the script of the shell."""
    commands = dict(_commands(options.command_line()))
    print(_script(options.shell, commands), end="")
    return KEPT


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, tuple[str, list[str]]]]:
    """Yield each command with what it does and its options."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to list them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for name, command in action.choices.items():
                options = [word for each in command._actions for word in each.option_strings if word[:2] == "--"]  # noqa: SLF001
                yield name, (str(command.description), options)


def _script(shell: str, commands: dict[str, tuple[str, list[str]]]) -> str:
    if shell == "fish":
        lines = []
        for name, (does, options) in commands.items():
            said = does.partition(". ")[0].replace("'", "\\'")
            lines.append(f"complete -c crawler-filter -n __fish_use_subcommand -a {name} -d '{said}'")
            lines += [
                f"complete -c crawler-filter -n '__fish_seen_subcommand_from {name}' -l {option[2:]}"
                for option in options
            ]
        return "\n".join(lines) + "\n"
    cases = [f'        {name}) words="{" ".join(options)}" ;;' for name, (_, options) in commands.items()]
    bash = _BASH.format(cases="\n".join(cases), commands=" ".join(commands))
    return (_ZSH if shell == "zsh" else "") + bash
