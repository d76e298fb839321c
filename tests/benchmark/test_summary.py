"""The summary of a scenario, against figures computed by hand."""

import json
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest

from signdecoder.benchmark.bootstrap import Sample, quantile, standard_error
from signdecoder.benchmark.calibration import measure_calibration
from signdecoder.benchmark.cases import Case, QuestionSet
from signdecoder.benchmark.metrics import compute_metrics
from signdecoder.benchmark.plots import draw_summary, spread
from signdecoder.benchmark.report import summary_document, summary_text
from signdecoder.benchmark.rule_match import Finding, wordings
from signdecoder.benchmark.runner import CaseResult, Predictions
from signdecoder.benchmark.scenarios import Scenario
from signdecoder.benchmark.summary import Summary, summarize
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.rules.describe import describe
from signdecoder.rules.prior import FAMILY_WEIGHTS
from signdecoder.rules.rule import Rule
from signdecoder.simulation.coach import Noise

NEXT = Rule("next", (1,), indicator=0)
EXAM = Scenario("small", coaches=2, plays=5)


def a_case(number: int = 0, rule: Rule = NEXT, **other: object) -> Case:
    """Five plays, the first and the fourth of them steals, and four questions."""
    names = ("cap", "belt", "ear")
    keys = frozenset(names[key] for key in rule.key_signs)
    called = np.array([True, True, False, False])
    questions = QuestionSet(0, rule, keys, (("cap", "belt"),) * 4, called)
    plays = [Play(names, out) for out in ("steal", "none", "bunt", "steal", "none")]
    case = Case(number, names, "", Noise(), tuple(plays), (questions,))
    return replace(case, **other)  # type: ignore[arg-type]


def some_predictions(
    decoder: str = "mixture", right: tuple[int, ...] = (2, 4, 3, 4, 4)
) -> Predictions:
    """Asked after each play, with ``right`` of the four questions right, each with 0.8 and 0.2."""
    called = np.array([True, True, False, False])
    good = np.arange(4) < np.array(right)[:, None]
    answers = np.where(good == called, 0.8, 0.2)
    keys = (None, "ear", "cap", "cap", "cap")
    return Predictions(decoder, np.arange(1, 6), answers, keys, np.full(5, 0.25))


def a_summary(*predictions: Predictions, scenario: Scenario = EXAM) -> Summary:
    results = [CaseResult(a_case(), predictions), CaseResult(a_case(1), predictions)]
    return summarize(scenario, results)


def test_accuracy_and_log_loss_are_means_over_the_questions() -> None:
    (metrics,) = compute_metrics([CaseResult(a_case(), (some_predictions(),))])
    assert metrics.accuracy.tolist() == [[0.5, 1, 0.75, 1, 1]]
    assert metrics.loss[0, :2] == pytest.approx([-(log(0.8) + log(0.2)) / 2, -log(0.8)])
    assert metrics.key_found.tolist() == [[0, 0, 1, 1, 1]]


def test_the_loss_of_a_certain_wrong_answer_is_bounded() -> None:
    predictions = replace(some_predictions(), p_called=np.zeros((5, 4)))
    (metrics,) = compute_metrics([CaseResult(a_case(), (predictions,))])
    assert metrics.loss[0] == pytest.approx([-log(1e-6) / 2] * 5)


def test_cracked_means_accurate_from_then_on() -> None:
    (metrics,) = compute_metrics([CaseResult(a_case(), (some_predictions(),))])
    # All right after 2 plays, but not after 3: cracked at 4, when two steals were seen.
    assert (metrics.crack_plays.tolist(), metrics.crack_steals.tolist()) == ([4], [2])
    (metrics,) = compute_metrics([CaseResult(a_case(), (some_predictions(right=(4, 4, 4, 4, 3)),))])
    assert (metrics.crack_plays.tolist(), metrics.crack_steals.tolist()) == ([np.inf], [np.inf])
    (metrics,) = compute_metrics([CaseResult(a_case(), (some_predictions(right=(4,) * 5),))])
    assert (metrics.crack_plays.tolist(), metrics.crack_steals.tolist()) == ([1], [1])


def test_questions_after_a_change_are_about_the_new_rule() -> None:
    case = a_case()
    later = replace(
        case.question_sets[0], since=2, called_mask=np.array([False, False, True, True])
    )
    case = replace(case, question_sets=(*case.question_sets, later))
    (metrics,) = compute_metrics([CaseResult(case, (some_predictions(right=(4,) * 5),))])
    assert metrics.accuracy.tolist() == [[1, 1, 0, 0, 0]]


def test_checkpoints_have_the_metrics_of_their_plays() -> None:
    (standing,) = a_summary(some_predictions()).contenders
    assert [c.plays for c in standing.checkpoints] == [3, 5]
    assert [p.plays for p in standing.curve] == [1, 2, 3, 4, 5]
    third = standing.checkpoints[0]
    assert third.accuracy.mean == third.accuracy.low == third.accuracy.high == 0.75
    assert third.key_found is not None
    assert third.key_found.mean == 1
    assert third.rule_told is None


def test_next_plays_are_scored_next_to_the_rate_so_far() -> None:
    (standing,) = a_summary(some_predictions()).contenders
    ahead = standing.ahead
    assert ahead is not None
    # 0.25 each time; two of five plays are steals, after none, one, one, one and two of them.
    assert ahead.loss.mean == pytest.approx(-(2 * log(1 / 4) + 3 * log(3 / 4)) / 5)
    assert ahead.accuracy.mean == pytest.approx(3 / 5)
    rates = (log(1 / 2), log(1 / 3), log(2 / 4), log(2 / 5), log(3 / 6))
    assert ahead.base_loss == pytest.approx(-sum(rates) / 5)
    assert ahead.plays == 10
    assert ahead.calibration is None  # ten plays say nothing


def test_only_plays_from_scored_from_on_are_scored() -> None:
    (standing,) = a_summary(some_predictions(), scenario=replace(EXAM, scored_from=4)).contenders
    assert standing.ahead is not None
    assert standing.ahead.plays == 4
    assert standing.ahead.loss.mean == pytest.approx(-(log(1 / 4) + log(3 / 4)) / 2)


def test_families_are_weighted_by_their_shares_not_their_numbers() -> None:
    values = np.array([0.0, 0.0, 0.0, 1.0])
    families = ["next", "next", "next", "hot"]
    assert Sample(families).figure(values).mean == pytest.approx(1 / 2)
    hot, then = FAMILY_WEIGHTS["hot"], FAMILY_WEIGHTS["next"]
    usual = Sample(families, FAMILY_WEIGHTS).figure(values)
    assert usual.mean == pytest.approx(hot / (hot + then))
    assert usual.low <= usual.mean <= usual.high
    # Who has no value counts for nothing.
    assert Sample(families).figure(np.array([0.0, 1.0, np.nan, np.nan])).mean == 0.5


def test_an_interval_is_about_two_standard_errors_wide() -> None:
    values = np.random.default_rng(1).normal(size=400)
    figure = Sample(["next"] * 400).figure(values)
    error = float(values.std(ddof=1) / 20)
    assert standard_error(values) == pytest.approx(error)
    assert standard_error(values[:1]) is None
    assert figure.high - figure.low == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert Sample(["next"] * 400).figure(values) == figure


def test_never_sorts_after_every_number_of_plays() -> None:
    plays = np.array([7.0, np.inf, 3.0, 9.0])
    assert [quantile(plays, share) for share in (0.25, 0.5, 0.75, 0.9)] == [3, 7, 9, np.inf]
    low, high = Sample(["next"] * 4).median_interval(plays)
    assert low <= 7 <= high


def test_calibrated_predictions_have_almost_no_calibration_error() -> None:
    rng = np.random.default_rng(2)
    said = rng.uniform(0, 1, 20_000)
    calibration = measure_calibration(said, rng.random(20_000) < said)
    assert calibration is not None
    assert calibration.error < 0.008
    assert sum(row.predictions for row in calibration.rows) == 20_000
    assert measure_calibration(said[:999], said[:999] > 0.5) is None


def test_a_calibration_error_is_measured_at_its_size() -> None:
    said = np.full(4000, 0.9)
    calibration = measure_calibration(said, np.arange(4000) % 10 < 7)
    assert calibration is not None
    assert calibration.error == pytest.approx(0.2, abs=0.002)
    assert calibration.rows[0].said == pytest.approx(0.9)
    assert calibration.rows[0].happened == pytest.approx(0.7, abs=0.01)


def test_gaps_compare_the_mixture_with_the_better_of_its_parts() -> None:
    lstm, rules = some_predictions("lstm", (1,) * 5), some_predictions("rules", (3,) * 5)
    summary = a_summary(some_predictions(right=(2,) * 5), lstm, rules)
    (gap, _) = summary.gaps
    assert (gap.group, gap.plays, gap.better) == ("all", 3, "rules")
    assert gap.accuracy.mean == pytest.approx(-0.25)
    assert gap.accuracy_error == 0
    assert gap.loss.mean == pytest.approx((log(0.8) - log(0.2)) / 4)
    assert a_summary(some_predictions(), lstm).gaps == ()


def test_the_gain_of_an_informed_mixture_is_measured_on_scored_plays() -> None:
    told = replace(some_predictions("mixture, told"), p_next=np.array([0.0, 0.0, 0.0, 1.0, 0.0]))
    summary = a_summary(some_predictions(), told, scenario=replace(EXAM, scored_from=3))
    assert (
        summary.informed_gain is not None
    )  # of bunt, steal, none: two right with 0.25, three when told
    assert summary.informed_gain.mean == pytest.approx(1 / 3)
    assert a_summary(some_predictions()).informed_gain is None


def test_coaches_are_grouped_by_what_differs_between_them() -> None:
    hot = Rule("hot", (1,))
    results = [
        CaseResult(a_case(0, noise=Noise(0.08, 0.03, 0.03)), (some_predictions(),)),
        CaseResult(a_case(1, hot), (some_predictions(right=(0,) * 5),)),
    ]
    (standing,) = summarize(EXAM, results).contenders
    assert list(standing.groups) == ["family", "noise"]
    families = standing.groups["family"]
    assert [(g.name, g.accuracy) for g in families] == [("next", (0.75, 1)), ("hot", (0, 0))]
    assert [(g.median, g.never) for g in families] == [(4, 0), (None, 1)]
    assert [g.name for g in standing.groups["noise"]] == ["0%, 0%, 0%", "8%, 3%, 3%"]


# --- what is told in words ------------------------------------------------------------------------

NAMES = ("cap", "belt", "ear")
RIGHT = describe(NEXT, NAMES)


def told(*findings: Finding, rule: Rule = NEXT, since: int | None = None) -> Summary:
    """One coach whose only decoder told this after 3 plays, 5 plays, and so on."""
    case = a_case(rule=rule)
    if since is not None:
        later = replace(case.question_sets[0], since=since)
        case = replace(case, question_sets=(*case.question_sets, later))
    predictions = replace(some_predictions(), findings=tuple(zip((3, 5), findings, strict=True)))
    return summarize(EXAM, [CaseResult(case, (predictions,))])


def test_a_correct_rule_counts_in_any_of_its_wordings() -> None:
    before = describe(Rule("before", (0,), indicator=1), NAMES)
    assert wordings(NEXT, NAMES) == {RIGHT, before}
    summary = told(Finding("No indicator.", False, ()), Finding(before, False, ()))
    third, fifth = summary.contenders[0].checkpoints
    assert third.rule_told is not None
    assert fifth.rule_told is not None
    assert (third.rule_told.mean, fifth.rule_told.mean) == (0, 1)


def test_a_wipe_off_is_ignored() -> None:
    assert wordings(replace(NEXT, wipe_off=2, wipes_anywhere=True), NAMES) == wordings(NEXT, NAMES)
    assert RIGHT in wordings(replace(NEXT, activator=2), NAMES)


def test_interchangeable_signs_may_be_named_in_either_order() -> None:
    both = Rule("both", (1,), indicator=0)
    same = {describe(both, NAMES), describe(Rule("both", (0,), indicator=1), NAMES)}
    assert wordings(both, NAMES) == same
    hot = Rule("hot", (0,), second=2)
    same = {describe(hot, NAMES), describe(Rule("hot", (2,), second=0), NAMES)}
    assert wordings(hot, NAMES) == same
    some = Rule("next", (0,), indicator=1, more_live=(2,))
    assert wordings(some, NAMES) == wordings(replace(some, calls=(2,), more_live=(0,)), NAMES)


def test_reports_of_no_rule_and_of_changes_are_compared_with_the_truth() -> None:
    summary = told(Finding(None, False, ()), Finding(None, True, (2, 20)), since=3)
    tellings = summary.contenders[0].told
    assert tellings is not None
    assert tellings.no_rule.mean == 1  # by the last finding
    assert tellings.change is not None
    assert tellings.change.mean == 1  # play 2 is near play 3
    assert tellings.change_made_up.mean == 1  # play 20 is not
    summary = told(Finding(None, False, (4,)), Finding(None, False, ()))
    tellings = summary.contenders[0].told
    assert tellings is not None
    assert tellings.change is None
    assert (tellings.no_rule.mean, tellings.change_made_up.mean) == (0, 0)


# --- words, documents, pictures -------------------------------------------------------------------


def test_a_summary_as_text() -> None:
    words = summary_text(a_summary(some_predictions(), some_predictions("pair score", (3,) * 5)))
    answer, head, right, *_ = words.split("\n\n")
    assert [line.split()[-3:] for line in answer.splitlines()[1:]] == [
        ["after", "4", "plays"],
        ["score", "75%", "never"],
    ]
    assert answer.startswith(
        "2 simulated coaches (too few to compare: use 50 or more)  right after 5"
    )
    assert head.splitlines()[0] == (
        "simulated coaches: 2 coaches, 5 plays each, scenario 'small', reporting seeds"
    )
    assert right.splitlines() == [
        "sequences right, %",
        "  after plays     3      5    ±",
        "  mixture      75.0  100.0  0.0",
        "  pair score   75.0   75.0  0.0",
    ]
    cracked = next(part for part in words.split("\n\n") if part.startswith("cracked"))
    assert [line.split() for line in cracked.splitlines()[2:]] == [
        ["mixture", "4", "4", "to", "4", "4", "2", "2", "0.0", "0.0"],
        ["pair", "score", *["never"] * 2, "to", *["never"] * 4, "100.0", "0.0"],
    ]


def test_a_summary_as_json_document() -> None:
    summary = a_summary(some_predictions(), some_predictions("lstm"), some_predictions("rules"))
    document = json.loads(json.dumps(summary_document(summary), allow_nan=False))
    assert document["simulated"] is True
    assert document["exam"]["name"] == "small"
    assert document["standings"][0]["checkpoints"][0]["accuracy"]["mean"] == 0.75
    assert document["standings"][0]["crack"]["median"] == 4
    assert len(document["gaps"]) == 2


def test_the_same_summary_makes_the_same_chart(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    summary = a_summary(some_predictions(), some_predictions("plain LSTM", (1,) * 5))
    draw_summary(summary, tmp_path / "one.svg")
    draw_summary(summary, tmp_path / "two.svg")
    one = (tmp_path / "one.svg").read_bytes()
    assert one == (tmp_path / "two.svg").read_bytes()
    assert one.startswith(b"<?xml")


def test_an_empty_chart_or_a_bad_path_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    blank = replace(
        some_predictions(), n_seen=np.arange(0), p_called=np.empty((0, 4)), key_signs=()
    )
    with pytest.raises(SigndecoderError, match="there is nothing to draw"):
        draw_summary(a_summary(blank), tmp_path / "none.svg")
    with pytest.raises(SigndecoderError, match="charts are written as SVG only"):
        draw_summary(a_summary(some_predictions()), tmp_path / "curves.png")
    with pytest.raises(SigndecoderError, match="there is no such folder"):
        draw_summary(a_summary(some_predictions()), tmp_path / "plots" / "curves.svg")


def test_labels_are_spread_with_minimal_moves() -> None:
    assert spread([0.2, 0.9, 0.5], 0.1) == pytest.approx([0.2, 0.9, 0.5])
    assert spread([0.52, 0.5, 0.9], 0.1) == pytest.approx([0.56, 0.46, 0.9])
    assert spread([0.5, 0.5, 0.5], 0.1) == pytest.approx([0.4, 0.5, 0.6])
