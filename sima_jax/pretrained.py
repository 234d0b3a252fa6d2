"""Published weights -> the towers of an agent of transformers. All of a file is accounted for, and all of a tower."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
from flax.traverse_util import flatten_dict, unflatten_dict

from sima_jax.config import AgentConfig, TransformerAgentConfig
from sima_jax.types import Params
from sima_jax.weight_files import Tensor, open_weights
from sima_jax.weight_layouts import Index, Layout, Piece, bert, big_vision, siglip

_OUTSIDE = "not of this tower"


@dataclass(frozen=True)
class Report:
    """Every tensor of the file and every parameter of the tower, in one of three places."""

    loaded: dict[str, str]  # the file's name -> ours
    unused: dict[str, str]  # the file's name -> why
    left: dict[str, str]  # our name, of a parameter that keeps its initial values -> why

    def __str__(self) -> str:
        lines = [f"{len(self.loaded)} tensors loaded, {len(self.unused)} unused, {len(self.left)} parameters left."]
        for title, names in (("unused", self.unused), ("left as initialised", self.left)):
            for why in dict.fromkeys(names.values()):
                which = [name for name, reason in names.items() if reason == why]
                more = f" and {len(which) - 3} more" if len(which) > 3 else ""
                lines.append(f"{title}: {', '.join(which[:3])}{more}: {why}.")
        return "\n".join(lines)


def load_vision(
    path: Path | str, params: Params, config: AgentConfig | TransformerAgentConfig
) -> tuple[Params, Report]:
    """The agent's parameters with SigLIP's vision tower in params["vision"], laid on the devices as they were.

    path: see weight_files.open_weights. Positions are resampled to config.grid; the patches fit only front "siglip".
    ValueError where the file is damaged, lacks a tensor, has another shape or holds what the tower has no place for.
    """
    config, tensors = _of_transformers(config), open_weights(path)
    if any(name.startswith("vision_model.") for name in tensors):
        layout = siglip(tensors, config)
    elif any(name.startswith("params/img/") for name in tensors):
        layout = big_vision(tensors, config)
    else:
        raise _unknown(path, tensors, "a SigLIP vision tower has vision_model.* (safetensors) or params/img/* (npz)")
    return _load(path, tensors, layout, params, "vision", config)


def load_language(
    path: Path | str, params: Params, config: AgentConfig | TransformerAgentConfig
) -> tuple[Params, Report]:
    """The agent's parameters with BERT in params["language"], laid on the devices as they were.

    ValueError where the file is damaged, lacks a tensor, has another shape or holds what the tower has no place for.
    """
    config, tensors = _of_transformers(config), open_weights(path)
    first = "embeddings.word_embeddings.weight"
    prefix = next((prefix for prefix in ("bert.", "") if prefix + first in tensors), None)
    if prefix is None:
        raise _unknown(path, tensors, f"BERT has bert.{first}, with or without 'bert.'")
    return _load(path, tensors, bert(tensors, config, prefix), params, "language", config)


def _of_transformers(config: AgentConfig | TransformerAgentConfig) -> TransformerAgentConfig:
    if not isinstance(config, TransformerAgentConfig):
        raise ValueError(
            f"{config.name} has no towers for published weights; take sima_continuous_siglip, for example."
        )
    return config


def _unknown(path: Path | str, tensors: Iterable[str], wanted: str) -> ValueError:
    found = ", ".join(list(tensors)[:4]) or "nothing"
    return ValueError(f"Weights {str(path)!r} are of another model: {wanted}; this file begins with {found}.")


def _load(
    path: Path | str,
    tensors: dict[str, Tensor],
    layout: Layout,
    params: Params,
    part: str,
    config: TransformerAgentConfig,
) -> tuple[Params, Report]:
    ours: dict[str, Any] = flatten_dict(params[part], sep="/")
    unused = _check(path, tensors, layout, config)
    of_target: dict[str, list[Piece]] = {}
    for piece in layout.pieces:
        of_target.setdefault(piece.target, []).append(piece)
    strange = [name for name in ours if name not in of_target and name.split("/")[0] not in layout.left]
    if strange or not ours.keys() >= of_target.keys():
        raise _other_parameters(part, config)
    left = {f"{part}/{name}": layout.left[name.split("/")[0]] for name in ours if name not in of_target}
    for target, pieces in of_target.items():
        # One parameter at a time is on the host twice: in the file's pages and as it will be.
        whole = _filled(tensors, pieces, ours[target].shape)
        if whole is None:
            raise _other_parameters(f"{part}/{target}", config)
        ours[target] = _placed(ours[target], whole)
    report = Report(
        loaded={piece.name: f"{part}/{piece.target}{_bracketed(piece.index)}" for piece in layout.pieces},
        unused=unused,
        left=left,
    )
    return params | {part: unflatten_dict(ours, sep="/")}, report


def _check(
    path: Path | str, tensors: dict[str, Tensor], layout: Layout, config: TransformerAgentConfig
) -> dict[str, str]:
    """The tensors that are not used, and why. ValueError names all that do not fit, before anything is read."""
    wrong = list(layout.wrong)
    for piece in layout.pieces:
        if piece.name not in tensors:
            wrong.append(f"{piece.name}: missing, wanted {_shape(piece.shape)}")
        elif tensors[piece.name].shape != piece.shape:
            wrong.append(f"{piece.name}: {_shape(tensors[piece.name].shape)}, wanted {_shape(piece.shape)}")
    used, unused = {piece.name for piece in layout.pieces}, {}
    for name in (name for name in tensors if name not in used):
        why = next((why for start, why in layout.unused.items() if name.startswith(start)), None)
        if why is None and name.startswith(layout.own) and not layout.wrong:
            wrong.append(f"{name}: {_shape(tensors[name].shape)}, for which the tower has no place")
        unused[name] = why or _OUTSIDE
    if wrong:
        lines = "".join(f"\n  {line}" for line in wrong)
        raise ValueError(
            f"Weights {str(path)!r} do not fit {config.name}; take the weights of a model of its sizes, "
            f"or give the tower theirs (TowerConfig):{lines}"
        )
    return unused


def _filled(tensors: dict[str, Tensor], pieces: list[Piece], shape: tuple[int, ...]) -> np.ndarray | None:
    """The parameter made of all its pieces, float32; None where they are not the whole of it."""
    whole = np.empty(shape, np.float32)
    filled = 0
    for piece in pieces:
        values = piece.turned(tensors[piece.name].read())
        try:
            whole[piece.index] = values.reshape(whole[piece.index].shape)
        except (IndexError, ValueError):
            return None
        filled += values.size
    return whole if filled == whole.size else None


def _other_parameters(name: str, config: TransformerAgentConfig) -> ValueError:
    return ValueError(
        f"params[{name!r}] is not what {config.name} has; give the parameters of this very configuration."
    )


def _placed(old: Any, new: np.ndarray) -> Any:
    """On the devices, and cut as the old one was, if it was on any; each process gives its own devices their part."""
    if not isinstance(old, jax.Array):
        return new
    return jax.make_array_from_callback(new.shape, old.sharding, lambda index: new[index])


def _shape(shape: tuple[int | str, ...]) -> str:
    return f"({', '.join(map(str, shape))})"


def _bracketed(index: Index) -> str:
    return f"[{', '.join(':' if isinstance(at, slice) else str(at) for at in index)}]" if index else ""
