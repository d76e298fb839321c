"""What a decoder knows of one coach's signs: one value for reports, screens and JSON documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signdecoder.analysis.unexplained import Lead, find_leads
from signdecoder.core.evidence import count_left_out, evidence_in
from signdecoder.core.missed import names_in
from signdecoder.core.outcomes import Evidence
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays
from signdecoder.decoder.reliability import RuleRecord

if TYPE_CHECKING:
    from signdecoder.bayes.online import ChangePoint
    from signdecoder.core.contexts import ContextKind
    from signdecoder.core.play import Play
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.decoder.prediction import KeySign
    from signdecoder.decoder.ranked_rule import NamedRule


@dataclass(frozen=True, slots=True)
class CoachSummary:
    """What is known of how one coach calls one play.

    Attributes
    ----------
    coach : str
        The coach's name.
    play : str
        The play to predict, such as ``steal``.
    n_plays, n_called : int
        How many plays the decoder has read, and how many of them were the called play.
    key_signs : tuple of KeySign
        The coach's signals by their probability of being the key sign, best first.
    agree : bool or None
        Whether the LSTM and the rule posterior name the same key sign; None before the first
        called play.
    rules : tuple of NamedRule
        The most probable rules, best first; empty before the first called play.
    has_rule : bool
        Whether the plays support the first rule well enough to report it.
    no_rule_probability : float or None
        The probability that these signals are random; None before the first play.
    is_uninformative : bool
        Whether the signals barely predict the play although many were called.
    cracked : bool
        Whether the expected accuracy is at least 95%, thanks to the signals.
    expected_accuracy : float or None
        The expected share of right predictions on the coach's own sequences; None before the first
        called play.
    calls_to_go : int or None
        About how many more called plays it takes to crack the coach; None if not known.
    changes : tuple of ChangePoint
        The changes of signs, in order.
    evidence : mapping of str to (int, int)
        For each signal, the number of plays with a known outcome that show it, and how many of
        those were the called play.
    outcomes : mapping of str to int
        How many plays had each outcome.
    notes : tuple of str
        What limits the decoder's answers.
    context_needed : ContextKind, optional
        What the rule depends on, so that a question should say it.
    n_left_out : int, optional
        How many plays were left out because nobody was on base.
    record : RuleRecord, optional
        What the most probable rule makes of the plays since the last change of signs; without a
        rule, all called plays are unexplained.
    leads : tuple of Lead, optional
        Pairs of signals that would explain called plays that this rule does not.
    unknown_rule_probability : float, optional
        The probability that the coach's rule is of no kind that the decoder knows.
    unknown_share : float, optional
        The same before the first play: the share of coaches with such rules.
    called_as : mapping of str to int, optional
        How many of the called plays were logged with each outcome, such as ``double_steal``.
    """

    coach: str
    play: str
    n_plays: int
    n_called: int
    key_signs: tuple[KeySign, ...]
    agree: bool | None
    rules: tuple[NamedRule, ...]
    has_rule: bool
    no_rule_probability: float | None
    is_uninformative: bool
    cracked: bool
    expected_accuracy: float | None
    calls_to_go: int | None
    changes: tuple[ChangePoint, ...]
    evidence: Mapping[str, tuple[int, int]]
    outcomes: Mapping[str, int]
    notes: tuple[str, ...] = ()
    context_needed: ContextKind | None = None
    n_left_out: int = 0
    record: RuleRecord | None = None
    leads: tuple[Lead, ...] = ()
    unknown_rule_probability: float = 0.0
    unknown_share: float = 0.0
    called_as: Mapping[str, int] = field(default_factory=dict)

    @property
    def rule(self) -> NamedRule | None:
        """The most probable rule, if the plays support one."""
        return self.rules[0] if self.rules and self.has_rule else None


def summarize_coach(coach: str, decoder: Decoder, plays: Sequence[Play]) -> CoachSummary:
    """Summarize what a decoder knows of a coach.

    Parameters
    ----------
    coach : str
        The coach's name.
    decoder : Decoder
        A decoder that has read the plays.
    plays : sequence of Play
        The plays, in order.

    Returns
    -------
    CoachSummary
        The summary; computing it does not change the decoder.
    """
    called, outcomes = decoder.n_called > 0, Counter(play.outcome for play in plays)
    rules = tuple(decoder.rules()) if called else ()
    changes = tuple(decoder.change_points())
    if rules or not called:
        replay = decoder.replay(rules[0]) if rules else []
    else:  # no rule calls any of them
        since = plays[changes[-1].play if changes else 0 :]
        replay = _without_rule(since, decoder.play, decoder.same_plays)
    leads = find_leads(
        [signals for signals, calls, was_run in replay if was_run and not calls],
        [signals for signals, _, was_run in replay if not was_run],
    )
    return CoachSummary(
        coach=coach,
        play=decoder.play,
        n_plays=decoder.n_plays,
        n_called=decoder.n_called,
        key_signs=tuple(decoder.key_signs()),
        agree=decoder.experts_agree,
        rules=rules,
        has_rule=decoder.has_rule,
        no_rule_probability=decoder.no_rule_probability(),
        is_uninformative=decoder.is_uninformative,
        cracked=decoder.cracked,
        expected_accuracy=decoder.expected_accuracy() if called else None,
        calls_to_go=decoder.expected_calls_to_crack(),
        changes=changes,
        evidence=count_evidence(plays, decoder.play, decoder.same_plays),
        outcomes=outcomes,
        called_as=decoder.same_plays.count_called(outcomes, decoder.play),
        notes=tuple(decoder.notes),
        context_needed=decoder.context_needed(),
        n_left_out=count_left_out(plays, decoder.play, decoder.same_plays),
        record=RuleRecord.of_replay(replay) if called else None,
        leads=leads,
        unknown_rule_probability=decoder.unknown_rule_probability(),
        unknown_share=decoder.unknown_share,
    )


def _without_rule(
    plays: Sequence[Play], called_play: str, same_plays: SamePlays
) -> list[tuple[tuple[str, ...], bool, bool]]:
    """Return signals, False and whether it was run, for each play whose outcome is known."""
    known = [(play.signals, evidence_in(play, called_play, same_plays)) for play in plays]
    return [
        (signals, False, evidence is Evidence.CALLED)
        for signals, evidence in known
        if evidence is not Evidence.SILENT
    ]


def count_evidence(
    plays: Sequence[Play], called_play: str, same_plays: SamePlays = SAME_PLAYS
) -> dict[str, tuple[int, int]]:
    """Count for each signal the plays that show it, and the called plays among them.

    Parameters
    ----------
    plays : sequence of Play
        The plays; those whose outcome says nothing about the called play are left out.
    called_play : str
        The play to predict.
    same_plays : SamePlays, optional
        The outcomes that count as the same play of this coach.

    Returns
    -------
    dict of str to (int, int)
        Number of plays and number of called plays for each signal.
    """
    shown: Counter[str] = Counter()
    called: Counter[str] = Counter()
    for play in plays:
        evidence = evidence_in(play, called_play, same_plays)
        if evidence is Evidence.SILENT:
            continue
        signals = set(names_in(play.signals))
        shown.update(signals)
        if evidence is Evidence.CALLED:
            called.update(signals)
    return {sign: (shown[sign], called[sign]) for sign in shown}
