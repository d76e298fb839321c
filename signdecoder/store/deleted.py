"""Deleted plays: what their coach and game are called after renames that did not touch them."""

import sqlite3

from signdecoder.store.operations import LAST
from signdecoder.store.validation import typed_rows

_DELETED = f"""
SELECT play, last, coach_key, game_key FROM (
  SELECT *, MAX(act) AS last FROM versions WHERE act <= {LAST} GROUP BY play) WHERE gone
"""
# Each renaming of a coach or a game, as one of the plays shows that it touched.
_RENAMINGS = f"""
SELECT DISTINCT acts.id, was.coach_key, was.game_key, now.coach_key, now.game_key
FROM acts JOIN versions AS now ON now.act = acts.id
JOIN versions AS was ON was.play = now.play
  AND was.act = (SELECT MAX(act) FROM versions WHERE play = now.play AND act < acts.id)
WHERE acts.kind = 'rename' AND acts.id <= {LAST}
  AND (was.coach_key <> now.coach_key OR was.game_key <> now.game_key)
ORDER BY acts.id
"""


def select_deleted_names(db: sqlite3.Connection) -> dict[int, tuple[str, str]]:
    """Select the coach and the game that each deleted play would have now.

    Parameters
    ----------
    db : sqlite3.Connection
        Store in a transaction.

    Returns
    -------
    dict of int to tuple of (str, str)
        Folded names of the coach and the game by number of the play.
    """
    renamings = list(typed_rows(db.execute(_RENAMINGS), "itttt"))
    names: dict[int, tuple[str, str]] = {}
    for play, last, coach, game in typed_rows(db.execute(_DELETED), "iitt"):
        for act, old_coach, old_game, new_coach, new_game in renamings:
            if act > last and coach == old_coach:
                if old_coach != new_coach:
                    coach = new_coach
                elif game == old_game:
                    game = new_game
        names[play] = coach, game
    return names
