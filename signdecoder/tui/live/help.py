"""The help on the live screen; the table of keys follows it."""

LIVE_HELP = """\
## Logging a play

1. **Signals**: press each touch's key as the coach gives it, **?** for one that you missed and
   **\\*** for any number that you missed.
2. **Outcome**: **Space** if the runner went, **Enter** if nothing happened, **Tab** for
   another play.

Every play is saved as soon as it appears in the list. **Ctrl+Z** undoes signals, the count,
plays and every other change.

## The verdict

**STEAL** or **HOLD** once the decoder is confident, otherwise **CAN'T TELL YET**. The percentage is
the probability that the runner goes, if the sequence ends here. If another play is clearly called,
it is named with its own percentage first. While it is gray, it is not of this sequence and these
plays yet.

The number below a signal says how much it adds, in log-odds: 0.7 doubles the odds.

## The key sign

The key sign is the touch that makes the others count. **Cracked** means that the decoder is
expected to read at least 95% of this coach's sequences correctly. Press **F4**
if they changed their signs.

## The plays

Newest first: the sequence, the prediction before the outcome was known, the outcome, and whether
the prediction was right (✓ yes, ✗ no, · no verdict). **Enter** edits a play, **Delete** deletes it.
"""
