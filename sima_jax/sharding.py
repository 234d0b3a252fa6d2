"""The device mesh, and which axis of which array lies along it."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AxisType, Mesh
from jax.sharding import PartitionSpec as P

# Logical axis of a parameter -> mesh axis. Looked up strictly: a misspelt name must not quietly replicate.
# What lies along "data" is gathered for each layer when it is needed, and let go (fully sharded data parallelism, Zhao
# et al. 2023, arXiv:2304.11277); what lies along "model" is computed with where it lies (Shoeybi et al. 2019).
LOGICAL_AXES: dict[str, str | None] = {
    "embed": "data",
    "mlp": "model",
    "heads": "model",
    "vocab": "model",
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


def partition_spec(axes: P | tuple[str | None, ...], shape: Sequence[int], mesh: Mesh) -> P:
    """Logical axis names and shape of one parameter -> PartitionSpec over the mesh; ValueError at an unknown name.

    An axis that the devices do not divide evenly lies whole on each of them.
    """
    for name in axes:
        if name is not None and name not in LOGICAL_AXES:
            raise ValueError(f"Unknown logical axis {name!r}. Known axes: {', '.join(LOGICAL_AXES)}.")
    wanted = (None if name is None else LOGICAL_AXES[name] for name in axes)
    return P(
        *(
            name if name is not None and size % mesh.shape[name] == 0 else None
            for name, size in zip(wanted, shape, strict=True)
        )
    )


def within(mesh: Mesh, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, traced so that `along_data` knows the mesh."""

    @wraps(function)
    def traced(*args: Any, **kwargs: Any) -> Any:
        with jax.sharding.use_abstract_mesh(mesh.abstract_mesh):
            return function(*args, **kwargs)

    return traced


def along_data(x: jax.Array) -> jax.Array:
    """x with its first axis cut along "data", inside a function that `within` wraps; x itself where that cannot be.

    Left to itself the compiler would rather cut the sums of a product than gather the weights: every device then keeps
    the activations of all pictures.
    """
    mesh = jax.sharding.get_abstract_mesh()
    if mesh.empty or x.shape[0] % mesh.shape["data"]:
        return x
    return jax.lax.with_sharding_constraint(x, P("data"))


def rows_for_data(x: jax.Array) -> jax.Array:
    """x with its last row repeated until "data" divides the first axis, inside a function that `within` wraps."""
    mesh = jax.sharding.get_abstract_mesh()
    more = 0 if mesh.empty else -len(x) % mesh.shape["data"]
    return x if more == 0 else jnp.pad(x, ((0, more), *((0, 0),) * (x.ndim - 1)), mode="edge")
