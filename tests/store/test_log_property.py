"""After any operations the store holds what a plain list holds, and imports add what is new."""

import pytest
from hypothesis import HealthCheck, settings

from tests.support.log_machine import LogMachine

pytestmark = pytest.mark.slow

TestLog = LogMachine.TestCase
TestLog.settings = settings(
    max_examples=100,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
