"""`signdecoder completion`: bash completes commands, options, coaches, signals and formats."""

import os
import shlex
import shutil
import subprocess
import sys

import pytest

from tests.cli.logs import import_log
from tests.support.shell import Shell

_TRY = """
signdecoder() {{ {python} -m signdecoder "$@"; }}
eval "$(signdecoder completion bash)"
COMP_WORDS=({words})
COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
_signdecoder signdecoder
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def _complete(*words: str) -> list[str]:
    script = _TRY.format(
        python=shlex.quote(sys.executable), words=shlex.join(["signdecoder", *words])
    )
    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=os.environ)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split("\n")[:-1]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_bash_completes_what_there_is(shell: Shell) -> None:
    import_log(shell, "Hawks")
    import_log(shell, "Coach 1")
    assert _complete("re") == ["redo", "rename", "report", "restore"]
    assert _complete("report", "--de") == ["--details"]
    assert _complete("query", "--coach", "") == ["Hawks", "Coach\\ 1"]
    assert _complete("query", "-c", "Ha") == ["Hawks"]
    assert _complete("query", "cap", "b") == ["belt"]
    assert _complete("coaches", "--format", "x") == ["xlsx"]
    assert _complete("log", "cap", "--outcome", "bu") == ["bunt"]


def test_there_is_a_script_for_each_shell(shell: Shell) -> None:
    for name in ("bash", "zsh", "fish"):
        ran = shell.run("completion", name)
        assert (ran.status, ran.err) == (0, "")
        assert "_SIGNDECODER_COMPLETE" in ran.out
    assert shell.run("completion", "tcsh").status == 2


def test_completing_a_name_creates_no_store(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_SIGNDECODER_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "signdecoder query --coach ")
    monkeypatch.setenv("COMP_CWORD", "3")
    assert shell.run().out.strip() == ""
    assert not (shell.folder / "store.db").exists()
