"""Tiny files of weights in the published layouts, with random numbers, and the agent that they fit.

C: width of a token, F: width of a layer's hidden part, H: heads, R: layers, S: places down and across.
"""

import json
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from sima_jax.config import TowerConfig, TransformerAgentConfig
from sima_jax.networks.agent import Agent
from sima_jax.types import Params

Tensors = dict[str, np.ndarray]
GRID, PATCH, IMAGE = (4, 4), 14, (56, 56, 3)
CONFIG = TransformerAgentConfig(
    name="toy_towers",
    vision=TowerConfig(width=24, depth=2, mlp=40, heads=3),
    language=TowerConfig(width=20, depth=2, mlp=36, heads=4, epsilon=1e-12, norm_first=False, tanh_gelu=False),
    front="siglip",
    grid=GRID,
    squeeze=8,
    siglip_size=IMAGE[:2],
    vision_width=12,
    pool_heads=2,
    language_width=10,
    words=30,
    places=16,
    memory_width=8,
    head_width=8,
    value_width=8,
    match_width=8,
    guesses=3,
    compute="float32",
)
NATIVE = replace(CONFIG, front="native")
SAFETENSORS_NAMES = {
    np.dtype("f4"): "F32",
    np.dtype("f2"): "F16",
    np.dtype(jnp.bfloat16): "BF16",
    np.dtype("i8"): "I64",
}


def random_params(config: TransformerAgentConfig) -> Params:
    """The agent's parameters as NumPy arrays of noise: nothing of the file is in them by chance."""
    rng = np.random.default_rng(1)
    agent = Agent(config, vocabulary=config.words, length=8)
    shapes = jax.eval_shape(lambda key: agent.init(key, IMAGE), jax.random.key(0))
    return jax.tree.map(lambda leaf: rng.normal(size=leaf.shape).astype(np.float32), shapes)


def _noise(seed: int):
    rng = np.random.default_rng(seed)

    def noise(*shape: int, size: float = 0.3) -> np.ndarray:
        return (size * rng.normal(size=shape)).astype(np.float32)

    return noise


def siglip(config: TransformerAgentConfig = CONFIG, side: int = GRID[0], patch: int = PATCH) -> Tensors:
    """A whole SigLIP as Hugging Face lays it out: the tower, its head, a bit of the text tower and the scale."""
    noise, width, mlp = _noise(2), config.vision.width, config.vision.mlp
    tensors = {
        "logit_scale": noise(1),
        "logit_bias": noise(1),
        "text_model.encoder.layers.0.self_attn.q_proj.weight": noise(6, 6),
        "vision_model.embeddings.patch_embedding.weight": noise(width, 3, patch, patch, size=0.05),
        "vision_model.embeddings.patch_embedding.bias": noise(width),
        "vision_model.embeddings.position_embedding.weight": noise(side * side, width),
        "vision_model.post_layernorm.weight": 1.0 + noise(width),
        "vision_model.post_layernorm.bias": noise(width),
        "vision_model.head.probe": noise(1, 1, width),
        "vision_model.head.attention.in_proj_weight": noise(3 * width, width),
        "vision_model.head.mlp.fc1.bias": noise(mlp),
    }
    for row in range(config.vision.depth):
        for name, shape in {
            "self_attn.q_proj": (width, width),
            "self_attn.k_proj": (width, width),
            "self_attn.v_proj": (width, width),
            "self_attn.out_proj": (width, width),
            "mlp.fc1": (mlp, width),
            "mlp.fc2": (width, mlp),
        }.items():
            tensors[f"vision_model.encoder.layers.{row}.{name}.weight"] = noise(*shape)
            tensors[f"vision_model.encoder.layers.{row}.{name}.bias"] = noise(shape[0])
        for name in ("layer_norm1", "layer_norm2"):
            tensors[f"vision_model.encoder.layers.{row}.{name}.weight"] = 1.0 + noise(width)
            tensors[f"vision_model.encoder.layers.{row}.{name}.bias"] = noise(width)
    return tensors


def big_vision(theirs: Tensors, heads: int, *, stacked: bool) -> Tensors:
    """The same SigLIP as big_vision lays it out, its layers in one array of each kind or one by one."""
    embeddings = "vision_model.embeddings"
    positions = theirs[f"{embeddings}.position_embedding.weight"]
    width = positions.shape[1]
    tensors = {
        "params/t": theirs["logit_scale"],
        "params/b": theirs["logit_bias"],
        "params/txt/head/bias": np.zeros(6, np.float32),
        "params/img/embedding/kernel": theirs[f"{embeddings}.patch_embedding.weight"].transpose(2, 3, 1, 0),
        "params/img/embedding/bias": theirs[f"{embeddings}.patch_embedding.bias"],
        "params/img/pos_embedding": positions[None],
        "params/img/Transformer/encoder_norm/scale": theirs["vision_model.post_layernorm.weight"],
        "params/img/Transformer/encoder_norm/bias": theirs["vision_model.post_layernorm.bias"],
        "params/img/MAPHead_0/probe": theirs["vision_model.head.probe"],
    }
    layers = sorted({int(name.split(".")[3]) for name in theirs if name.startswith("vision_model.encoder.layers.")})
    blocks = [_block(theirs, f"vision_model.encoder.layers.{row}", width, heads) for row in layers]
    for name in blocks[0]:
        if stacked:
            tensors[f"params/img/Transformer/encoderblock/{name}"] = np.stack([block[name] for block in blocks])
        for row, block in enumerate(blocks if not stacked else []):
            tensors[f"params/img/Transformer/encoderblock_{row}/{name}"] = block[name]
    return tensors


def _block(theirs: Tensors, layer: str, width: int, heads: int) -> Tensors:
    attention = "MultiHeadDotProductAttention_0"
    block = {}
    for ours, name in (("query", "q_proj"), ("key", "k_proj"), ("value", "v_proj")):
        weight, bias = theirs[f"{layer}.self_attn.{name}.weight"], theirs[f"{layer}.self_attn.{name}.bias"]
        block[f"{attention}/{ours}/kernel"] = weight.T.reshape(width, heads, width // heads)
        block[f"{attention}/{ours}/bias"] = bias.reshape(heads, width // heads)
    out = theirs[f"{layer}.self_attn.out_proj.weight"]
    block[f"{attention}/out/kernel"] = out.T.reshape(heads, width // heads, width)
    block[f"{attention}/out/bias"] = theirs[f"{layer}.self_attn.out_proj.bias"]
    for number in (0, 1):
        block[f"LayerNorm_{number}/scale"] = theirs[f"{layer}.layer_norm{number + 1}.weight"]
        block[f"LayerNorm_{number}/bias"] = theirs[f"{layer}.layer_norm{number + 1}.bias"]
        block[f"MlpBlock_0/Dense_{number}/kernel"] = theirs[f"{layer}.mlp.fc{number + 1}.weight"].T
        block[f"MlpBlock_0/Dense_{number}/bias"] = theirs[f"{layer}.mlp.fc{number + 1}.bias"]
    return block


def bert(config: TransformerAgentConfig = CONFIG, prefix: str = "bert.", norms: tuple[str, str] = ("weight", "bias")):
    """BERT as Hugging Face lays it out, with its pooler, an index table and a head of its training."""
    noise, width, mlp = _noise(3), config.language.width, config.language.mlp
    tensors = {
        f"{prefix}embeddings.word_embeddings.weight": noise(config.words, width),
        f"{prefix}embeddings.position_embeddings.weight": noise(config.places, width),
        f"{prefix}embeddings.token_type_embeddings.weight": noise(2, width),
        f"{prefix}embeddings.position_ids": np.arange(config.places)[None],
        f"{prefix}pooler.dense.weight": noise(width, width),
        "cls.predictions.bias": noise(config.words),
    }
    layers = [f"{prefix}encoder.layer.{row}" for row in range(config.language.depth)]
    for layer in layers:
        for name, shape in {
            "attention.self.query": (width, width),
            "attention.self.key": (width, width),
            "attention.self.value": (width, width),
            "attention.output.dense": (width, width),
            "intermediate.dense": (mlp, width),
            "output.dense": (width, mlp),
        }.items():
            tensors[f"{layer}.{name}.weight"] = noise(*shape)
            tensors[f"{layer}.{name}.bias"] = noise(shape[0])
    normed = [f"{layer}.{part}" for layer in layers for part in ("attention.output", "output")]
    for name in [f"{prefix}embeddings", *normed]:
        tensors[f"{name}.LayerNorm.{norms[0]}"] = 1.0 + noise(width)
        tensors[f"{name}.LayerNorm.{norms[1]}"] = noise(width)
    return tensors


def safetensors(tensors: Tensors) -> tuple[dict, bytes]:
    """Header and data of a safetensors file."""
    header: dict = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, tensor in tensors.items():
        values = np.ascontiguousarray(tensor).tobytes()
        header[name] = {
            "dtype": SAFETENSORS_NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(values)],
        }
        data += values
    return header, data


def write(path: Path, header: dict | bytes, data: bytes) -> Path:
    """A safetensors file of a header that may well be wrong."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def write_safetensors(path: Path, tensors: Tensors) -> Path:
    return write(path, *safetensors(tensors))


def write_npz(path: Path, tensors: Tensors) -> Path:
    np.savez(path, **tensors)  # type: ignore[arg-type]: names with slashes
    return path


def write_shards(folder: Path, tensors: Tensors, count: int = 3) -> Path:
    """The tensors dealt out to `count` files, and the index that says which is where."""
    table = {}
    for number in range(count):
        name = f"model-{number + 1:05}-of-{count:05}.safetensors"
        part = dict(list(tensors.items())[number::count])
        write_safetensors(folder / name, part)
        table |= dict.fromkeys(part, name)
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {"total_size": 0}, "weight_map": table}))
    return index
