"""A rule of each family, what it calls, and how it reads: the one test entry of a family."""

from dataclasses import dataclass

from signdecoder.rules.rule import Rule

NAMES = ["cap", "ear", "belt", "chin", "nose"]
CAP, EAR, BELT, CHIN, NOSE = range(5)


@dataclass(frozen=True)
class Example:
    """A rule, sequences that call its play, sequences that do not, and the rule in words."""

    rule: Rule
    calls: tuple[str, ...]
    does_not_call: tuple[str, ...]
    words: str


EXAMPLES = {
    "next": (
        Example(
            Rule("next", (BELT,), CAP),
            ("ear cap belt",),
            ("cap ear belt", "belt cap"),
            "belt right after cap = steal",
        ),
        Example(
            Rule("next", (BELT, CHIN), CAP),
            ("cap chin cap belt",),  # of two plays, the first in the rule
            ("cap chin",),
            "right after cap: belt = steal, chin = bunt",
        ),
        Example(
            Rule("next", (BELT,), CHIN, more_live=(EAR, CAP)),
            ("chin belt", "nose chin cap", "chin chin ear"),
            ("belt cap ear", "chin nose", "cap chin"),
            "belt, cap or ear right after chin = steal",
        ),
        Example(
            Rule("next", (BELT,), EAR, more_indicators=(CHIN,)),
            ("chin belt", "ear belt"),
            ("chin ear cap belt", "belt ear"),
            "belt right after chin or ear = steal",
        ),
        Example(
            Rule("next", (BELT, NOSE), CHIN, more_live=(CAP,), more_indicators=(EAR,)),
            ("ear cap", "chin nose ear belt"),
            ("ear nose", "chin nose", "belt cap"),
            "right after chin or ear: belt or cap = steal, nose = bunt",
        ),
    ),
    "kth": (
        Example(
            Rule("kth", (BELT,), CAP, step=2),
            ("cap ear belt",),
            ("cap belt ear", "cap"),
            "belt as 2nd signal after cap = steal",
        ),
        Example(
            Rule("kth", (BELT, CHIN), CAP, step=3),
            ("cap ear nose belt",),
            ("cap ear belt", "cap ear nose chin"),
            "3rd signal after cap: belt = steal, chin = bunt",
        ),
        Example(
            Rule("kth", (BELT,), CAP, step=2, more_live=(CHIN,), more_indicators=(EAR,)),
            ("cap nose chin", "ear nose belt"),
            ("cap chin", "nose belt ear"),
            "belt or chin as 2nd signal after cap or ear = steal",
        ),
    ),
    "anywhere": (
        Example(
            Rule("anywhere", (BELT,), CAP, more_live=(NOSE,), more_indicators=(EAR,)),
            ("ear chin nose", "cap belt"),
            ("nose belt ear cap",),
            "belt or nose anywhere after cap or ear = steal",
        ),
        Example(
            Rule("anywhere", (BELT,), CAP),
            ("cap ear chin belt",),
            ("belt cap ear",),
            "belt anywhere after cap = steal",
        ),
    ),
    "before": (
        Example(
            Rule("before", (BELT,), CAP, more_live=(NOSE,)),
            ("ear nose cap", "belt cap"),
            ("cap nose belt",),
            "belt or nose right before cap = steal",
        ),
        Example(
            Rule("before", (BELT,), CAP),
            ("ear belt cap",),
            ("cap belt ear",),
            "belt right before cap = steal",
        ),
    ),
    "hot": (
        Example(Rule("hot", (BELT,)), ("ear belt",), ("ear cap",), "belt anywhere = steal"),
        Example(
            Rule("hot", (BELT,), second=CHIN),
            ("ear chin", "belt"),
            ("ear cap",),
            "belt or chin anywhere = steal",
        ),
        Example(
            Rule("hot", (BELT,), more_live=(CHIN, EAR)),
            ("cap chin", "ear"),
            ("cap nose",),
            "belt, chin or ear anywhere = steal",
        ),
        Example(
            Rule("hot", (BELT, NOSE)),
            ("ear belt nose",),
            ("nose",),
            "anywhere: belt = steal, nose = bunt",
        ),
    ),
    "count_after": (
        Example(
            Rule("count_after", (2,), CAP),
            ("ear cap ear cap",),
            ("cap ear", "cap ear ear ear"),
            "exactly 2 signals after first cap = steal",
        ),
        Example(
            Rule("count_after", (2, 3), CAP, second=NOSE),
            ("cap ear chin nose ear",),
            ("cap ear chin", "cap ear ear ear nose"),
            "signals between first cap and next nose: 2 = steal, 3 = bunt",
        ),
    ),
    "count_of": (
        Example(
            Rule("count_of", (2,), CAP),
            ("cap ear cap",),
            ("cap cap cap", "cap"),
            "cap exactly 2 times = steal",
        ),
        Example(
            Rule("count_of", (3, 2), CAP),
            ("cap cap cap",),
            ("cap cap",),
            "number of times cap comes: 3 = steal, 2 = bunt",
        ),
    ),
    "position": (
        Example(
            Rule("position", (BELT,)), ("belt ear",), ("ear belt",), "belt as 1st signal = steal"
        ),
        Example(
            Rule("position", (BELT, CHIN), step=-1),
            ("ear belt",),
            ("belt ear", "belt chin"),
            "last signal: belt = steal, chin = bunt",
        ),
        Example(
            Rule("position", (BELT,), step=3),
            ("ear ear belt cap",),
            ("belt ear",),
            "belt as 3rd signal = steal",
        ),
    ),
    "both": (
        Example(
            Rule("both", (BELT,), CAP),
            ("belt ear cap", "cap belt"),
            ("belt ear",),
            "cap and belt in any order = steal",
        ),
        Example(
            Rule("both", (BELT, CHIN), CAP),
            ("belt cap chin",),
            ("chin cap",),
            "with cap in any order: belt = steal, chin = bunt",
        ),
    ),
    "two_after": (
        Example(
            Rule("two_after", (BELT,), CAP, second=EAR),
            ("cap ear belt",),
            ("cap belt ear", "cap ear"),
            "cap, ear, belt in a row = steal",
        ),
        Example(
            Rule("two_after", (BELT, CHIN), CAP, second=EAR),
            ("nose cap ear belt",),
            ("cap ear chin",),
            "right after cap, ear: belt = steal, chin = bunt",
        ),
    ),
    "between": (
        Example(
            Rule("between", (BELT,), CAP, second=CAP),
            ("cap ear belt cap",),
            ("cap belt ear",),
            "belt between cap and later cap = steal",
        ),
        Example(
            Rule("between", (BELT, CHIN), CAP, second=NOSE),
            ("cap belt nose",),
            ("nose belt cap", "cap chin nose"),
            "between cap and later nose: belt = steal, chin = bunt",
        ),
    ),
    "twice": (
        Example(
            Rule("twice", (-1,)),
            ("ear belt belt",),
            ("belt ear belt",),
            "any signal twice in a row = steal",
        ),
        Example(
            Rule("twice", (BELT,)),
            ("ear belt belt",),
            ("ear ear belt",),
            "belt twice in a row = steal",
        ),
    ),
    "sandwich": (
        Example(
            Rule("sandwich", (-1,), step=2),
            ("belt ear belt",),
            ("ear ear belt",),
            "any signal twice with one between = steal",
        ),
    ),
    "either_order": (
        Example(
            Rule("either_order", (BELT,), CAP),
            ("ear belt cap", "cap belt"),
            ("cap ear belt", "belt ear cap"),
            "cap and belt next to each other = steal",
        ),
        Example(
            Rule("either_order", (BELT, CHIN), CAP),
            ("chin cap belt",),
            ("chin cap ear belt",),
            "right beside cap: belt = steal, chin = bunt",
        ),
    ),
    "framed": (
        Example(
            Rule("framed", (BELT,), CAP),
            ("ear cap belt cap",),
            ("cap ear belt cap", "cap belt", "belt cap belt", "cap cap"),
            "cap, belt, cap in a row = steal",
        ),
        Example(
            Rule("framed", (BELT, CHIN), CAP),
            ("cap chin cap belt cap",),
            ("cap chin cap belt",),
            "right between cap and cap: belt = steal, chin = bunt",
        ),
    ),
    "count_one": (
        Example(
            Rule("count_one", (2,), CAP, second=BELT),
            ("belt cap ear belt belt", "cap belt cap belt"),
            ("belt cap belt", "cap belt belt belt", "ear belt belt"),
            "belt exactly 2 times after first cap = steal",
        ),
        Example(
            Rule("count_one", (1,), CAP, second=BELT),
            ("cap ear belt",),
            ("belt cap ear", "cap belt belt"),
            "belt exactly 1 time after first cap = steal",
        ),
        Example(
            Rule("count_one", (2, 1), CAP, second=BELT),
            ("cap belt nose belt",),
            ("cap belt",),
            "number of times belt comes after first cap: 2 = steal, 1 = bunt",
        ),
    ),
    "unless": (
        Example(
            Rule("unless", (BELT,), CAP, second=EAR),
            ("nose cap belt", "cap belt nose ear", "cap belt ear cap belt"),
            ("cap belt ear", "cap nose belt", "belt cap"),
            "belt right after cap, unless ear comes next = steal",
        ),
        Example(
            Rule("unless", (BELT, EAR), CAP, second=EAR),
            ("cap belt",),
            ("cap belt ear",),
            "right after cap: belt without ear next = steal, belt then ear = bunt",
        ),
    ),
    "null": (
        Example(
            Rule("null", (-1,)), (), ("cap belt", "ear"), "no rule: the signals are meaningless"
        ),
    ),
}
