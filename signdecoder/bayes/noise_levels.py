"""A few fixed levels of noise, for rules whose noise cannot be integrated out.

The last level stands for rules that explain only part of what is called: where it wins, the rule
that wins with it is not the whole truth.
"""

from __future__ import annotations

import numpy as np

MISSED = np.array([0.01, 0.06, 0.30])
"""(N,) the rate at which called plays are not run."""
OWN = np.array([0.004, 0.03, 0.12])
"""(N,) the rate at which the target is run without a call."""
P_NOISE = np.array([0.62, 0.26, 0.12])
LOG_P_NOISE = np.log(P_NOISE)
"""(N,) the log prior of each level."""
