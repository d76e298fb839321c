"""Do random operations on stores, and check each one against a plain list.

`python -m tests.long.log_operations --examples 2000 --seed 0` prints how many operations agreed. A
failure prints the shortest operations that lead to it.

The operations are those of `tests.support.log_machine`: log, import, edit, delete, delete for
good, rename, merge, undo and redo. The list is the specification in `tests.support.log_model`.
"""

import argparse
import time

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from tests.support.log_machine import LogMachine

OPERATIONS = 40  # at most, in one example


def main() -> int:
    """Run the examples and print the result. A failure raises its AssertionError."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--examples", type=int, default=2000, help="default: 2000")
    parser.add_argument("--seed", type=int, default=0, help="default: 0")
    given = parser.parse_args()
    start = time.monotonic()
    machine = seed(given.seed)(type("Machine", (CountingMachine,), {}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=given.examples,
            stateful_step_count=OPERATIONS,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(
        f"{CountingMachine.n_examples} examples, seed {given.seed}: {CountingMachine.n_checks}"
        f" states of the store equal to the list, in {time.monotonic() - start:.0f} s"
    )
    return 0


class CountingMachine(LogMachine):
    """Count examples, and states that were compared."""

    n_examples = 0
    n_checks = 0

    def teardown(self) -> None:
        CountingMachine.n_examples += 1
        super().teardown()

    @invariant()
    def count_state(self) -> None:
        CountingMachine.n_checks += 1


if __name__ == "__main__":
    raise SystemExit(main())
