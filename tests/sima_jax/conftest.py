"""One toy agent for all tests of this folder: its compiled functions are made once."""

import jax
import pytest

from sima_jax.learner.programs import Programs
from sima_jax.types import Params
from tests.sima_jax.toy_agent import make_programs


@pytest.fixture(scope="session")
def programs() -> Programs:
    return make_programs()


@pytest.fixture(scope="session")
def params(programs) -> Params:
    return programs.init(jax.random.key(0)).params
