"""Packaging. `pip install -e .` runs everything on a CPU; the extras say for what else."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="genie3-sima-jax",
    version="0.1.0",
    description="Type a sentence, get a playable 3D world; train an instruction-following agent in it with JAX.",
    long_description=Path(__file__).with_name("README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(include=["genie3_env*", "sima_jax*", "experiments*"]),
    package_data={"genie3_env": ["**/*.toml"], "sima_jax": ["*.json"], "experiments": ["*.toml"]},
    install_requires=[
        # The agent and its learner.
        "jax>=0.8.3,<0.13",
        "flax>=0.12.2",
        "optax>=0.2.6",
        "chex>=0.1.91",
        "orbax-checkpoint>=0.11.36,<1.0",
        "tokenizers>=0.21",
        # The worlds.
        "numpy>=2.2",
        "numba>=0.61",
        "gymnasium>=1.1",
        "tqdm>=4.66",
        "grpcio>=1.76",
        "protobuf>=6.31,<8",
        # Experiments.
        "absl-py>=2.1",
        "ml_collections>=1.0",
        "matplotlib>=3.9",
        "pillow>=11",
        "tensorboard>=2.19",
        "tensorflow-datasets>=4.9.9",
        "array_record>=0.8.3",
        "grain>=0.2.15",
    ],
    extras_require={
        # pyright[nodejs]: the type checker runs on Node.js, which a fresh machine has not.
        "dev": [
            "hypothesis>=6.100",
            "pytest>=8",
            "pytest-timeout>=2.3",
            "packaging>=24",
            "ruff>=0.11",
            "pyright[nodejs]>=1.1.400",
        ],
        "cuda": ["jax[cuda12]>=0.8.3,<0.13"],
        "tpu": ["jax[tpu]>=0.8.3,<0.13"],
        "wandb": ["wandb>=0.19"],
        "bench": ["vizdoom>=1.3"],
    },
    classifiers=[
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
    ],
)
