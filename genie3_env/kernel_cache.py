"""Numba's cache beside the sources, kept honest.

A compiled kernel is cached with the date of its own file alone: when a kernel that it calls has changed in another
file, the old code would go on being used. So all cached kernels go as soon as any source of the package changed.
"""

import contextlib
import hashlib
import os
from pathlib import Path

_STAMP = "kernels.stamp"
_CACHED = ("*.nbi", "*.nbc")


def drop_stale_kernels(package: Path) -> bool:
    """Delete the cached kernels of `package` unless its sources are as they were; True where any were deleted.

    In a folder that cannot be written nothing is done: there sources change by installing anew, which dates every file.
    A cache elsewhere (NUMBA_CACHE_DIR) is its owner's to clear.
    """
    stamp, file = _stamp(package), package / "__pycache__" / _STAMP
    with contextlib.suppress(OSError):
        if file.read_text("utf-8") == stamp:
            return False
    cached = [path for pattern in _CACHED for path in package.rglob(f"__pycache__/{pattern}")]
    try:
        for path in cached:
            path.unlink(missing_ok=True)
        file.parent.mkdir(exist_ok=True)
        unfinished = file.with_name(f"{_STAMP}.{os.getpid()}")
        unfinished.write_text(stamp, "utf-8")
        os.replace(unfinished, file)
    except OSError:
        return False
    return bool(cached)


def _stamp(package: Path) -> str:
    """Changes whenever a source does."""
    sha = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        status = path.stat()
        sha.update(f"{path.relative_to(package)} {status.st_mtime_ns} {status.st_size}\n".encode())
    return sha.hexdigest()
