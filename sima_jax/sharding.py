"""The device mesh, and which axis of which array lies along it."""

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
from jax.sharding import AxisType, Mesh
from jax.sharding import PartitionSpec as P

# Logical axis of a parameter -> mesh axis. Looked up strictly: a misspelt name must not quietly replicate.
LOGICAL_AXES: dict[str, str | None] = {
    "embed": None,
    "mlp": "model",
    "heads": "model",
    "vocab": None,
}


def make_mesh(data: int, model: int, devices: Sequence[Any] | None = None) -> Mesh:
    """A (data, model) mesh over the first data * model of the jax devices; ValueError where there are too few."""
    devices = jax.devices() if devices is None else devices
    needed = data * model
    if data < 1 or model < 1 or needed > len(devices):
        raise ValueError(
            f"mesh is data={data} x model={model}, which needs {max(needed, 1)} devices; {len(devices)} are there. "
            "Choose sizes of at least 1 whose product is at most that."
        )
    return Mesh(np.asarray(devices[:needed]).reshape(data, model), ("data", "model"), axis_types=(AxisType.Auto,) * 2)


def partition_spec(axes: P | tuple[str | None, ...]) -> P:
    """Logical axis names of one parameter -> PartitionSpec over the mesh; ValueError at an unknown name."""
    for name in axes:
        if name is not None and name not in LOGICAL_AXES:
            raise ValueError(f"Unknown logical axis {name!r}. Known axes: {', '.join(LOGICAL_AXES)}.")
    return P(*(None if name is None else LOGICAL_AXES[name] for name in axes))
