"""A log that tests of several commands import."""

from tests.support.shell import Shell

LOG = (
    "signs,outcome,game,date\near cap belt,steal,Lions,2026-05-01\nnose ear,none,Lions,2026-05-01\n"
)


def import_log(shell: Shell, coach: str = "Hawks") -> None:
    """Import the log as the plays of a coach."""
    assert shell.run("import", shell.write(f"{coach}.csv", LOG)).status == 0
