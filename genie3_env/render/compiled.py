"""How the renderer's kernels are compiled: cached, without the GIL, without fastmath (pixels must not differ).

They allocate nothing, so the counting of references to arrays is switched off: counting each view and each tuple of
arrays would take a quarter of a small frame.
"""

from numba import njit

OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}

kernel = njit(**OPTIONS)
inlined_kernel = njit(**OPTIONS, inline="always")
