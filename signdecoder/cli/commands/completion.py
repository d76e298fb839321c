"""``signdecoder completion``: let a shell complete commands, options, coaches and signals."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import print_text

_Shell = Literal["bash", "zsh", "fish"]

# Each asks the program with the words typed so far, and gets one candidate a line. The shell quotes
# what it inserts, so that names may have spaces.
_SCRIPTS = {
    "bash": r"""_signdecoder() {
    local IFS=$'\n' candidate
    COMPREPLY=()
    while read -r candidate; do
        [ -n "$candidate" ] && COMPREPLY+=("$(printf '%q' "$candidate")")
    done < <(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \
        _SIGNDECODER_COMPLETE=complete_bash "$1" 2>/dev/null)
}
complete -o default -F _signdecoder signdecoder""",
    "zsh": r"""#compdef signdecoder
_signdecoder() {
    local -a candidates
    candidates=("${(@f)$(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) \
        _SIGNDECODER_COMPLETE=complete_bash "$words[1]" 2>/dev/null)}")
    candidates=(${candidates:#})
    if (( $#candidates )); then compadd -M 'm:{a-zA-Z}={A-Za-z}' -- $candidates; else _files; fi
}
compdef _signdecoder signdecoder""",
    "fish": r"""function __signdecoder
    set -l typed (commandline -opc) (commandline -ct)
    COMP_WORDS="$typed" COMP_CWORD=(math (count $typed) - 1) \
        _SIGNDECODER_COMPLETE=complete_bash signdecoder 2>/dev/null
end
complete -c signdecoder -a '(__signdecoder)'""",
}


def completion(
    shell: Annotated[_Shell, typer.Argument(metavar="bash|zsh|fish", hidden=True)],
) -> None:
    """Print a script that lets your shell complete what you type.

    It completes commands, options, coaches, signals, outcomes and formats. Run it when a shell
    starts: in ~/.bashrc write eval "$(signdecoder completion bash)", in ~/.zshrc, after compinit,
    eval "$(signdecoder completion zsh)", and for fish save what it prints to
    ~/.config/fish/completions/signdecoder.fish.
    """
    print_text(_SCRIPTS[shell])


COMMAND = Command(completion, Section.MANAGE, "signdecoder completion bash")
