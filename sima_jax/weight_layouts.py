"""How published weights name and lay out what the towers are made of.

SigLIP and SigLIP 2 (Zhai et al. 2023, arXiv:2303.15343; Tschannen et al. 2025, arXiv:2502.14786) as Hugging Face and as
big_vision write them, BERT (Devlin et al. 2019, arXiv:1810.04805) as Hugging Face does.

C: width of a token, S: places down and across the source's square grid.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from sima_jax.config import SIGLIP_PATCH, TowerConfig, TransformerAgentConfig
from sima_jax.weight_files import Tensor

Index = tuple[int | slice, ...]

_HEAD = "their pooling head (a query, an output projection and an MLP) has no counterpart in the agent's own pooling"
_POOLING = "the agent's own pooling: theirs has another form"
_PATCHES = (
    f"front is 'native': its patches are not those of {SIGLIP_PATCH} x {SIGLIP_PATCH} pixels that theirs are made for"
)
_TEXT, _LOSS = "SigLIP's text tower; the agent reads with BERT", "of SigLIP's loss alone"
_INDICES = "a table of indices, not a weight"
_VISION_LEFT = {
    "question": _POOLING,
    "pool_key": _POOLING,
    "pool_value": _POOLING,
    "squeeze": "theirs has no such layer",
}
_LANGUAGE_LEFT = {"latent": "BERT has no such layer: it leads to the agent's latent"}


@dataclass(frozen=True)
class Piece:
    """One tensor of a file and the part of a parameter that it fills."""

    name: str  # in the file
    shape: tuple[int | str, ...]  # that it must have there; words stand where no number fits
    target: str  # our parameter
    index: Index = ()  # into it; () is all of it
    turned: Callable[[np.ndarray], np.ndarray] = np.asarray  # the values in our order; their shape may differ


@dataclass(frozen=True)
class Layout:
    """How one kind of file fills a tower. Names of the file that begin with `own` are the tower's."""

    pieces: list[Piece]
    own: tuple[str, ...]
    unused: dict[str, str]  # beginnings of names -> why
    left: dict[str, str]  # first parts of our names -> why
    wrong: list[str] = field(default_factory=list)  # what does not fit, beyond pieces


@dataclass(frozen=True)
class _Names:
    """How one kind of file names the parts of a layer, and lays out its kernels."""

    parts: dict[str, str]  # our part -> theirs
    scale: str
    shift: str
    kernel: str
    bias: str
    flax: bool  # kernels [inputs, outputs] with heads apart; else [outputs, inputs]


_SIGLIP = {
    "norm_attention": "layer_norm1",
    "query": "self_attn.q_proj",
    "key": "self_attn.k_proj",
    "value": "self_attn.v_proj",
    "out": "self_attn.out_proj",
    "norm_mlp": "layer_norm2",
    "mlp_in": "mlp.fc1",
    "mlp_out": "mlp.fc2",
}
_BIG_VISION = {
    "norm_attention": "LayerNorm_0",
    "query": "MultiHeadDotProductAttention_0/query",
    "key": "MultiHeadDotProductAttention_0/key",
    "value": "MultiHeadDotProductAttention_0/value",
    "out": "MultiHeadDotProductAttention_0/out",
    "norm_mlp": "LayerNorm_1",
    "mlp_in": "MlpBlock_0/Dense_0",
    "mlp_out": "MlpBlock_0/Dense_1",
}
_BERT = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "norm_attention": "attention.output.LayerNorm",
    "mlp_in": "intermediate.dense",
    "mlp_out": "output.dense",
    "norm_mlp": "output.LayerNorm",
}


def siglip(tensors: dict[str, Tensor], config: TransformerAgentConfig) -> Layout:
    """vision_model.*, as Hugging Face names SigLIP and SigLIP 2."""
    tower, own = config.vision, "vision_model."
    names = _Names(_SIGLIP, ".weight", ".bias", ".weight", ".bias", flax=False)
    places = f"{own}embeddings.position_embedding.weight"
    patches = f"{own}embeddings.patch_embedding"
    layout = Layout(
        [_places(tensors, places, config), *_norm(f"{own}post_layernorm", names, "norm", (tower.width,))],
        (own,),
        {f"{own}head.": _HEAD, f"{own}embeddings.position_ids": _INDICES, "text_model.": _TEXT, "logit_": _LOSS},
        dict(_VISION_LEFT),
    )
    layers = _layers(tensors, f"{own}encoder.layers.", tower.depth, layout.wrong)
    layout.pieces.extend(piece for row in layers for piece in _layer(f"{own}encoder.layers.{row}.", names, tower, row))
    _add_patches(tensors, layout, config, f"{patches}.weight", f"{patches}.bias", flax=False)
    return layout


def big_vision(tensors: dict[str, Tensor], config: TransformerAgentConfig) -> Layout:
    """params/img/*, as big_vision names them; the layers in one tensor of each kind or one by one."""
    tower, own = config.vision, "params/img/"
    names = _Names(_BIG_VISION, "/scale", "/bias", "/kernel", "/bias", flax=True)
    blocks = f"{own}Transformer/encoderblock"
    layout = Layout(
        [
            _places(tensors, f"{own}pos_embedding", config),
            *_norm(f"{own}Transformer/encoder_norm", names, "norm", (tower.width,)),
        ],
        (own,),
        {f"{own}MAPHead_0/": _HEAD, "params/txt/": _TEXT, "params/t": _LOSS, "params/b": _LOSS},
        dict(_VISION_LEFT),
    )
    if any(name.startswith(f"{blocks}/") for name in tensors):
        layout.pieces.extend(_layer(f"{blocks}/", names, tower, slice(None)))
    else:
        layers = _layers(tensors, f"{blocks}_", tower.depth, layout.wrong)
        layout.pieces.extend(piece for row in layers for piece in _layer(f"{blocks}_{row}/", names, tower, row))
    _add_patches(tensors, layout, config, f"{own}embedding/kernel", f"{own}embedding/bias", flax=True)
    return layout


def bert(tensors: dict[str, Tensor], config: TransformerAgentConfig, prefix: str) -> Layout:
    """embeddings.* and encoder.*, after `prefix`, as Hugging Face names BERT; norms in the new spelling or the old."""
    tower, table, encoder = config.language, f"{prefix}embeddings.", f"{prefix}encoder."
    old = f"{table}LayerNorm.gamma" in tensors
    scale, shift = (".gamma", ".beta") if old else (".weight", ".bias")
    names = _Names(_BERT, scale, shift, ".weight", ".bias", flax=False)
    kinds = f"{table}token_type_embeddings.weight"
    rows = tensors[kinds].shape[:1] if kinds in tensors and tensors[kinds].shape[:1] != (0,) else ("kinds",)
    layout = Layout(
        [
            Piece(f"{table}word_embeddings.weight", (config.words, tower.width), "words"),
            Piece(f"{table}position_embeddings.weight", (config.places, tower.width), "places"),
            # An instruction is one text: all its tokens are of the first kind.
            Piece(kinds, (*rows, tower.width), "kind", turned=lambda x: x[0]),
            *_norm(f"{table}LayerNorm", names, "norm", (tower.width,)),
        ],
        (table, encoder),
        {
            f"{table}position_ids": _INDICES,
            f"{prefix}pooler.": "the mean of its tokens is the sentence",
            "cls.": "of BERT's training alone",
        },
        dict(_LANGUAGE_LEFT),
    )
    layers = _layers(tensors, f"{encoder}layer.", tower.depth, layout.wrong)
    layout.pieces.extend(piece for row in layers for piece in _layer(f"{encoder}layer.{row}.", names, tower, row))
    return layout


def _layers(tensors: Iterable[str], prefix: str, depth: int, wrong: list[str]) -> range:
    """The layers to compare; says in `wrong` where file and tower have not the same ones."""
    found = {int(match[1]) for name in tensors if (match := re.match(rf"{re.escape(prefix)}(\d+)[./]", name))}
    if found != set(range(depth)):
        wrong.append(f"{prefix}*: {len(found)} layers, wanted {depth} (0 to {depth - 1})")
    return range(min(len(found), depth))


def _norm(theirs: str, names: _Names, ours: str, shape: tuple[int, ...], index: Index = ()) -> Iterator[Piece]:
    yield Piece(f"{theirs}{names.scale}", shape, f"{ours}_scale", index)
    yield Piece(f"{theirs}{names.shift}", shape, f"{ours}_shift", index)


def _layer(prefix: str, names: _Names, tower: TowerConfig, row: int | slice) -> Iterator[Piece]:
    """The pieces of layer number `row`, or of all layers in one tensor each where row is slice(None)."""
    lead = (tower.depth,) if isinstance(row, slice) else ()
    width, heads, head = tower.width, tower.heads, tower.width // tower.heads

    def dense(part: str, ours: str, kernel: tuple[int, ...], bias: tuple[int, ...], *index: int) -> Iterator[Piece]:
        """kernel, bias: shapes as flax has them; index: into our kernel and bias, after the layer."""
        theirs = prefix + names.parts[part]
        at = (row, slice(None), *index) if index else (row,)
        if names.flax:
            yield Piece(f"{theirs}{names.kernel}", lead + kernel, f"tower/{ours}_kernel", at)
            yield Piece(f"{theirs}{names.bias}", lead + bias, f"tower/{ours}_bias", (row, *index))
            return
        outputs = math.prod(bias)
        turned = (outputs, math.prod(kernel) // outputs)
        yield Piece(f"{theirs}{names.kernel}", turned, f"tower/{ours}_kernel", at, np.transpose)
        yield Piece(f"{theirs}{names.bias}", (outputs,), f"tower/{ours}_bias", (row, *index))

    for part in ("norm_attention", "norm_mlp"):
        yield from _norm(prefix + names.parts[part], names, f"tower/{part}", (*lead, width), (row,))
    for number, part in enumerate(("query", "key", "value")):
        yield from dense(part, "qkv", (width, heads, head), (heads, head), number)
    yield from dense("out", "out", (heads, head, width), (width,))
    yield from dense("mlp_in", "mlp_in", (width, tower.mlp), (tower.mlp,))
    yield from dense("mlp_out", "mlp_out", (tower.mlp, width), (width,))


def _places(tensors: dict[str, Tensor], name: str, config: TransformerAgentConfig) -> Piece:
    """Positions of a square grid: [S * S, C], [1, S * S, C] or [S, S, C]."""
    width = config.vision.width
    shape = tensors[name].shape if name in tensors else ()
    side = math.isqrt(math.prod(shape[:-1]))
    fits = side > 0 and shape in ((side * side, width), (1, side * side, width), (side, side, width))
    return Piece(
        name,
        shape if fits else ("S * S", width),
        "places",
        turned=lambda x: resample(x.reshape(side, side, width), config.grid),
    )


def _add_patches(
    tensors: dict[str, Tensor], layout: Layout, config: TransformerAgentConfig, kernel: str, bias: str, *, flax: bool
) -> None:
    """The patches' layer, a convolution or a matrix of values that run over rows, columns and colours, as ours."""
    if config.front == "native":
        layout.unused.update({kernel: _PATCHES, bias: _PATCHES})
        layout.left["patches"] = _PATCHES
        return
    width, side, values = config.vision.width, SIGLIP_PATCH, SIGLIP_PATCH * SIGLIP_PATCH * 3
    matrix = kernel in tensors and len(tensors[kernel].shape) == 2
    if flax:
        shape, turned = (values, width) if matrix else (side, side, 3, width), np.asarray
    elif matrix:
        shape, turned = (width, values), np.transpose
    else:
        shape, turned = (width, 3, side, side), lambda x: x.transpose(2, 3, 1, 0)
    layout.pieces.append(Piece(kernel, shape, "patches/kernel", turned=turned))
    layout.pieces.append(Piece(bias, (width,), "patches/bias"))


def resample(table: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """[S, S, C] -> [rows * columns of grid, C] float32, bicubic (Keys 1981), both grids over the same square.

    Beyond its edges the table goes on in straight lines, so what is linear stays linear up to the corners.
    """
    down, across = (_cubic(table.shape[axis], grid[axis]) for axis in (0, 1))
    rows = np.einsum("rs,stc->rtc", down, table.astype(np.float32))
    return np.einsum("ut,rtc->ruc", across, rows).reshape(grid[0] * grid[1], -1)


def _cubic(source: int, target: int) -> np.ndarray:
    """[target, source] float32: the share of each source place in each target place; places are centres of cells."""
    reach = 2  # places that a cubic reads on each side
    extended = np.pad(np.eye(source), ((reach, reach), (0, 0)), "reflect", reflect_type="odd")
    centres = (np.arange(target) + 0.5) * source / target - 0.5
    d = np.abs(centres[:, None] - np.arange(-reach, source + reach)[None])
    near, far = (1.5 * d - 2.5) * d * d + 1.0, ((-0.5 * d + 2.5) * d - 4.0) * d + 2.0
    return (np.where(d < 1.0, near, np.where(d < 2.0, far, 0.0)) @ extended).astype(np.float32)
