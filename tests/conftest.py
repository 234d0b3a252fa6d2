"""Eight pretend devices, no silent broadcasting between ranks. Set before JAX is loaded anywhere."""

import os

# On a machine with fewer processors than pretend devices JAX deadlocks as soon as two steps are in flight, unless it
# is told that there are more.
os.environ["NPROC"] = "16"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_NUMPY_RANK_PROMOTION"] = "raise"
# The tests' time is compilation, which takes half as long without optimising; toy sizes need no fast code.
FLAGS = "--xla_force_host_platform_device_count=8 --xla_backend_optimization_level=0"
os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {FLAGS}".strip()
os.environ["MPLBACKEND"] = "agg"
