"""The processes of one run: one a host, each with environments of its own, learning together.

Which process this is and where the others are is told by JAX_COORDINATOR_ADDRESS, JAX_NUM_PROCESSES and
JAX_PROCESS_ID; JAX_COORDINATOR_ADDRESS=auto asks the machine (a TPU pod, Slurm).
"""

import os
from collections.abc import Mapping

import jax
import numpy as np
from jax.experimental import multihost_utils
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

COORDINATOR, PROCESSES, PROCESS = "JAX_COORDINATOR_ADDRESS", "JAX_NUM_PROCESSES", "JAX_PROCESS_ID"
AUTOMATIC = "auto"
PATIENCE_S = 300  # how long a process waits for the others to come


def join() -> None:
    """Meet the other processes, if the environment names a coordinator; before anything else is asked of JAX.

    ValueError where it does not say which process this is.
    """
    if COORDINATOR not in os.environ:
        return
    if os.environ[COORDINATOR] == AUTOMATIC:
        del os.environ[COORDINATOR]  # JAX would take it for an address
        jax.distributed.initialize(initialization_timeout=PATIENCE_S)
        return
    try:
        processes, process = (int(os.environ[name]) for name in (PROCESSES, PROCESS))
    except (KeyError, ValueError) as error:
        raise ValueError(
            f"{COORDINATOR} is set, but {PROCESSES} and {PROCESS} do not say how many processes there are and which "
            "one this is; set both to whole numbers."
        ) from error
    jax.distributed.initialize(
        os.environ[COORDINATOR], num_processes=processes, process_id=process, initialization_timeout=PATIENCE_S
    )


def is_first() -> bool:
    """Whether this process speaks and writes for all."""
    return jax.process_index() == 0


def gather(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays [b, ...] of every process, one after the other: [B, ...]; to be called by all processes at once."""
    if jax.process_count() == 1:
        return dict(arrays)
    # As bytes: what JAX gathers it would make 32 bits wide.
    flat = {name: np.ascontiguousarray(x).reshape(len(x), -1).view(np.uint8) for name, x in arrays.items()}
    whole = multihost_utils.process_allgather(flat, tiled=True)
    return {
        name: np.ascontiguousarray(whole[name]).view(x.dtype).reshape(-1, *x.shape[1:]) for name, x in arrays.items()
    }


def gather_uneven(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """`gather` of arrays [n, ...], where n is another in each process."""
    own = {len(x) for x in arrays.values()}
    assert len(own) == 1, own
    lengths = gather({"length": np.array([*own])})["length"]
    most = int(lengths.max())
    if most == 0:
        return dict(arrays)
    whole = gather({name: np.resize(x, (most, *x.shape[1:])) for name, x in arrays.items()})
    kept = (np.arange(most) < lengths[:, None]).reshape(-1)
    return {name: x[kept] for name, x in whole.items()}


def any_of(wish: bool) -> bool:
    """Whether it is true in any process; to be called by all processes at once."""
    return bool(gather({"wish": np.array([wish])})["wish"].any())


def meet(name: str) -> None:
    """Return when all processes have come here."""
    if jax.process_count() > 1:
        multihost_utils.sync_global_devices(name)


def put(mesh: Mesh, spec: P, x: np.ndarray) -> jax.Array:
    """What this process holds of an array -> the global array, which lies on the mesh as `spec` says."""
    return jax.make_array_from_process_local_data(NamedSharding(mesh, spec), x)
