"""``signdecoder changed``: record that a coach changed the signs."""

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.operations import print_operation


def changed(
    coach: options.Coach = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Record that the coach changed the signs here.

    "Here" is after the coach's last play in "signdecoder plays". Plays before that no longer count
    as evidence about the new signs. You need not run this if you do not know: signdecoder detects
    changes and reports when they happened.
    """
    from signdecoder.store.store import Store

    with Store.open(db) as store:
        operation = store.add_change_point(options.find_coach(store, coach))
    print_operation("done", operation, json)


COMMAND = Command(changed, Section.LOG, "signdecoder changed --coach Hawks")
