"""SigLIP's vision tower and BERT once more: slow, in NumPy's float64, read straight from the files' tensors.

Nothing here is shared with the networks: what both agree on is what the publications say.
G: patches, L: tokens, C: width of a token.
"""

import math

import numpy as np

Tensors = dict[str, np.ndarray]


def vision_tokens(file: Tensors, image: np.ndarray, heads: int) -> np.ndarray:
    """uint8 [H, W, 3] -> tokens [G, C] after the last layer, before the last norm. Pre-norm, tanh GELU, eps 1e-6."""
    kernel = file["vision_model.embeddings.patch_embedding.weight"].astype(np.float64)
    bias = file["vision_model.embeddings.patch_embedding.bias"].astype(np.float64)
    side = kernel.shape[-1]
    pixels = (image.astype(np.float64) / 255.0 - 0.5) / 0.5
    tokens = []
    for top in range(0, image.shape[0], side):
        for start in range(0, image.shape[1], side):
            patch = pixels[top : top + side, start : start + side]
            tokens.append([(patch.transpose(2, 0, 1) * one).sum() for one in kernel] + bias)
    x = np.array(tokens) + file["vision_model.embeddings.position_embedding.weight"]
    for row in range(_depth(file, "vision_model.encoder.layers.")):
        layer = f"vision_model.encoder.layers.{row}"
        parts = [f"{layer}.self_attn.{name}" for name in ("q_proj", "k_proj", "v_proj", "out_proj")]
        x = x + attention(file, parts, norm(file, f"{layer}.layer_norm1", x, 1e-6), heads)
        hidden = dense(file, f"{layer}.mlp.fc1", norm(file, f"{layer}.layer_norm2", x, 1e-6))
        hidden = 0.5 * hidden * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (hidden + 0.044715 * hidden**3)))
        x = x + dense(file, f"{layer}.mlp.fc2", hidden)
    return x


def bert_tokens(file: Tensors, ids: list[int], heads: int, prefix: str = "bert.") -> np.ndarray:
    """Ids of one text, without padding -> tokens [L, C]. Post-norm, exact GELU, eps 1e-12."""
    table = f"{prefix}embeddings"
    x = np.array(
        [
            file[f"{table}.word_embeddings.weight"][word].astype(np.float64)
            + file[f"{table}.position_embeddings.weight"][place]
            + file[f"{table}.token_type_embeddings.weight"][0]
            for place, word in enumerate(ids)
        ]
    )
    x = norm(file, f"{table}.LayerNorm", x, 1e-12)
    for row in range(_depth(file, f"{prefix}encoder.layer.")):
        layer = f"{prefix}encoder.layer.{row}"
        parts = [f"{layer}.attention.{name}" for name in ("self.query", "self.key", "self.value", "output.dense")]
        x = norm(file, f"{layer}.attention.output.LayerNorm", x + attention(file, parts, x, heads), 1e-12)
        hidden = dense(file, f"{layer}.intermediate.dense", x)
        hidden = 0.5 * hidden * (1.0 + np.vectorize(math.erf)(hidden / math.sqrt(2.0)))
        x = norm(file, f"{layer}.output.LayerNorm", x + dense(file, f"{layer}.output.dense", hidden), 1e-12)
    return x


def norm(file: Tensors, name: str, x: np.ndarray, epsilon: float) -> np.ndarray:
    scale, shift = (f"{name}.gamma", f"{name}.beta") if f"{name}.gamma" in file else (f"{name}.weight", f"{name}.bias")
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + epsilon) * file[scale] + file[shift]


def dense(file: Tensors, name: str, x: np.ndarray) -> np.ndarray:
    return x @ file[f"{name}.weight"].astype(np.float64).T + file[f"{name}.bias"]


def attention(file: Tensors, parts: list[str], x: np.ndarray, heads: int) -> np.ndarray:
    """Head by head and token by token; parts: names of query, key, value and output."""
    query, key, value = (dense(file, name, x) for name in parts[:3])
    width = x.shape[1] // heads
    mixed = np.zeros_like(x)
    for head in range(heads):
        own = slice(head * width, (head + 1) * width)
        for asking in range(len(x)):
            scores = np.array([query[asking, own] @ key[asked, own] for asked in range(len(x))]) / math.sqrt(width)
            shares = np.exp(scores - scores.max())
            mixed[asking, own] = (shares / shares.sum()) @ value[:, own]
    return dense(file, parts[3], mixed)


def _depth(file: Tensors, prefix: str) -> int:
    return 1 + max(int(name.removeprefix(prefix).split(".")[0]) for name in file if name.startswith(prefix))
