"""Sine and cosine that give the same bits on every machine; libm differs from system to system in the last bit.

Cody-Waite reduction to |r| <= pi/4 in three parts of pi/2, then the Taylor-like minimax polynomials of fdlibm
(Sun Microsystems, k_sin.c and k_cos.c). Only +, - and * on float64: never a fused multiply-add, never fastmath.
"""

import math

from numba import njit

_TWO_OVER_PI = 0.63661977236758134308
# pi/2 in parts of 33, 33 and 53 bits: k * part is exact for |k| < 2**20, so nothing is lost for |x| < 1e6.
_HALF_PI_1 = 1.57079632673412561417
_HALF_PI_2 = 6.07710050630396597660e-11
_HALF_PI_3 = 2.02226624879595063154e-21

_S1, _S2, _S3 = -1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04
_S4, _S5, _S6 = 2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10
_C1, _C2, _C3 = 4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05
_C4, _C5, _C6 = -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11


@njit(cache=True, nogil=True, error_model="numpy")
def sincos(x):
    """(sin x, cos x) of an angle in radians; the error is below 1e-15 for |x| < 1e5."""
    k = math.floor(x * _TWO_OVER_PI + 0.5)
    r = ((x - k * _HALF_PI_1) - k * _HALF_PI_2) - k * _HALF_PI_3
    z = r * r
    s = r + r * z * (_S1 + z * (_S2 + z * (_S3 + z * (_S4 + z * (_S5 + z * _S6)))))
    c = 1.0 - 0.5 * z + z * z * (_C1 + z * (_C2 + z * (_C3 + z * (_C4 + z * (_C5 + z * _C6)))))
    quadrant = int(k) & 3
    if quadrant == 0:
        return s, c
    if quadrant == 1:
        return c, -s
    if quadrant == 2:
        return -s, -c
    return -c, s
