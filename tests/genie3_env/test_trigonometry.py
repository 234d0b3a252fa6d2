"""sincos against mpmath-free truths: exact angles, NumPy's sine and cosine, and sin^2 + cos^2 = 1."""

import inspect
import math

import numpy as np
import pytest
from numba import njit

from genie3_env import trigonometry
from genie3_env.trigonometry import sincos


@pytest.mark.parametrize(
    ("angle_rad", "sine", "cosine"),
    [
        (0.0, 0.0, 1.0),
        (math.pi / 6, 0.5, math.sqrt(3) / 2),
        (math.pi / 4, math.sqrt(0.5), math.sqrt(0.5)),
        (math.pi / 2, 1.0, 0.0),
        (math.pi, 0.0, -1.0),
        (-math.pi / 2, -1.0, 0.0),
        (5 * math.pi / 4, -math.sqrt(0.5), -math.sqrt(0.5)),
    ],
)
def test_sincos_of_known_angles(angle_rad, sine, cosine):
    assert sincos(angle_rad) == pytest.approx((sine, cosine), abs=1e-15)


@njit
def _table(angles):
    out = np.empty((angles.size, 2))
    for i in range(angles.size):
        out[i, 0], out[i, 1] = sincos(angles[i])
    return out


def test_sincos_is_accurate_over_ten_thousand_radians_and_keeps_length_one():
    angles = np.concatenate([np.linspace(-1e4, 1e4, 200_001), np.linspace(-7, 7, 50_001)])
    table = _table(angles)
    assert np.abs(table[:, 0] - np.sin(angles)).max() < 1e-14
    assert np.abs(table[:, 1] - np.cos(angles)).max() < 1e-14
    assert np.abs((table**2).sum(1) - 1.0).max() < 1e-15


def test_sincos_calls_no_system_sine():
    assert not any(
        f"{module}.{name}(" in inspect.getsource(trigonometry) for module in ("math", "np") for name in ("sin", "cos")
    )
    # The compiled code refers to no external sine or cosine either, and fuses no multiplication with an addition.
    fresh = njit(sincos.py_func)
    fresh(1.0)
    llvm = "".join(fresh.inspect_llvm().values())
    assert "fmul" in llvm and not any(name in llvm for name in ("@sin", "@cos", "llvm.sin", "llvm.cos", "llvm.fma"))
