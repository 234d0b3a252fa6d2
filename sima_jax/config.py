"""Configuration of agent and learner: small frozen dataclasses that validate themselves when built."""

import difflib
from dataclasses import dataclass, replace


def _require(condition: bool, name: str, value: object, wanted: str) -> None:
    if not condition:
        raise ValueError(f"{name} is {value!r}; it must be {wanted}.")


def _check_inputs(config: "AgentConfig | TransformerAgentConfig") -> None:
    for name in ("init_mean", "init_std"):
        values = getattr(config, name)
        _require(len(values) == config.action_dim, name, values, f"{config.action_dim} numbers, one for each input")
    _require(min(config.init_std) > 0.0, "init_std", config.init_std, "positive")


@dataclass(frozen=True)
class AgentConfig:
    """Sizes of the agent's parts.

    grid: patches down and across the image. A 16:9 image of 9k x 16k pixels gives patches of k x k.
    merge: how many patches, down and across, one token of the second stage sees.
    vision_width: of the latent of an image; found_width of it tell what the `detectors` found, the others its layout.
    """

    name: str
    grid: tuple[int, int] = (9, 16)
    merge: tuple[int, int] = (3, 2)
    stem_width: int = 48
    token_width: int = 96
    vision_width: int = 256
    detectors: int = 8
    detector_width: int = 32
    found_width: int = 64
    language_width: int = 64
    language_hidden: int = 32
    language_layers: int = 1
    language_heads: int = 4
    memory_width: int = 256
    head_width: int = 128
    match_width: int = 64
    action_dim: int = 8
    guesses: int = 48  # quantities that only the simulator knows; see AuxiliaryConfig.guess_weight
    # Each input before training: walking on, the other keys mostly at rest, a calm mouse. An untrained agent that
    # pressed every key half of the time would stay where it is, in the air, looking at the ground.
    init_mean: tuple[float, ...] = (0.8, -0.6, -0.6, -0.6, 0.0, 0.0, -0.8, -0.8)
    init_std: tuple[float, ...] = (0.6, 0.6, 0.6, 0.6, 0.5, 0.1, 0.6, 0.6)

    def __post_init__(self):
        for axis, (patches, merged) in enumerate(zip(self.grid, self.merge, strict=True)):
            _require(patches % merged == 0, f"merge[{axis}]", merged, f"a divisor of grid[{axis}] = {patches}")
        _check_inputs(self)
        found = self.found_width
        _require(0 < found < self.vision_width, "found_width", found, f"in 1..{self.vision_width - 1}")
        heads = self.language_heads
        _require(self.language_hidden % heads == 0, "language_heads", heads, f"a divisor of {self.language_hidden}")

    def check_image(self, height: int, width: int) -> None:
        """ValueError unless the image can be cut into this agent's patches."""
        rows, columns = self.grid
        fits = height % rows == 0 and width % columns == 0 and height // rows == width // columns
        _require(
            fits,
            "image size",
            f"{width}x{height}",
            f"{columns}k x {rows}k pixels for {self.name} (for example 64x36, 128x72, 320x180, 1280x720)",
        )


@dataclass(frozen=True)
class TowerConfig:
    """Transformer layers, one after the other.

    width: of a token; mlp: of the hidden part of a layer; heads: of its attention.
    norm_first: normalise before attention and MLP (ViT), or after each (BERT). tanh_gelu: GELU's tanh approximation.
    """

    width: int
    depth: int
    mlp: int
    heads: int
    epsilon: float = 1e-6
    norm_first: bool = True
    tanh_gelu: bool = True

    def __post_init__(self):
        for name in ("width", "depth", "mlp", "heads"):
            _require(getattr(self, name) >= 1, name, getattr(self, name), "at least 1")
        _require(self.width % self.heads == 0, "heads", self.heads, f"a divisor of width = {self.width}")


@dataclass(frozen=True)
class TransformerAgentConfig:
    """Sizes of an agent of transformers: a ViT looks, a BERT reads, a gated memory remembers, an MLP decides.

    front: "native" cuts the image itself into `grid` patches down and across, squeezed to `squeeze` numbers each;
        "siglip" first makes it `siglip_size` (height, width) pixels, and cuts patches of 14 as published weights have.
    vision_width, language_width: of the latents; pool_heads: questions that make the first.
    words, places: rows of the language tower's tables.
    compute: dtype of the towers' arithmetic; parameters are float32.
    """

    name: str
    vision: TowerConfig
    language: TowerConfig
    front: str = "native"
    grid: tuple[int, int] = (18, 32)
    squeeze: int = 512
    siglip_size: tuple[int, int] = (252, 448)
    vision_width: int = 1024
    pool_heads: int = 16
    language_width: int = 512
    words: int = 30522
    places: int = 512
    memory_width: int = 512
    head_width: int = 2048
    value_width: int = 768
    match_width: int = 256
    action_dim: int = 8
    guesses: int = 48
    init_mean: tuple[float, ...] = AgentConfig.init_mean
    init_std: tuple[float, ...] = AgentConfig.init_std
    compute: str = "bfloat16"

    def __post_init__(self):
        _require(self.front in FRONTS, "front", self.front, f"one of {', '.join(FRONTS)}")
        _require(self.compute in ("bfloat16", "float32"), "compute", self.compute, "bfloat16 or float32")
        _check_inputs(self)
        for name, width in (("vision.width", self.vision.width), ("vision_width", self.vision_width)):
            _require(width % self.pool_heads == 0, name, width, f"a multiple of pool_heads = {self.pool_heads}")
        for axis in (0, 1):
            patches, pixels = self.grid[axis], self.siglip_size[axis]
            _require(patches * SIGLIP_PATCH == pixels, f"siglip_size[{axis}]", pixels, f"{SIGLIP_PATCH} * {patches}")

    def check_image(self, height: int, width: int) -> None:
        """ValueError unless the image can be cut into this agent's patches."""
        rows, columns = self.grid
        native = height % rows == 0 and width % columns == 0 and height // rows == width // columns
        _require(
            self.front == "siglip" or native,
            "image size",
            f"{width}x{height}",
            f"{columns}k x {rows}k pixels for {self.name} (for example 64x36, 320x180, 1280x720)",
        )

    def with_depth(self, depth: int) -> "TransformerAgentConfig":
        """The same agent with towers of so many layers, to try it out."""
        return replace(self, vision=replace(self.vision, depth=depth), language=replace(self.language, depth=depth))


SIMA_TINY = AgentConfig(name="sima_tiny")
FRONTS = ("native", "siglip")
SIGLIP_PATCH = 14  # pixels
_SO400M = TowerConfig(width=1152, depth=27, mlp=4304, heads=16)  # Alabdulmohsin et al. 2023 (arXiv:2305.13035)
_BERT_BASE = TowerConfig(width=768, depth=12, mlp=3072, heads=12, epsilon=1e-12, norm_first=False, tanh_gelu=False)
AGENTS: dict[str, AgentConfig | TransformerAgentConfig] = {
    "sima_tiny": SIMA_TINY,
    "sima_base": TransformerAgentConfig(
        name="sima_base",
        vision=TowerConfig(width=576, depth=12, mlp=2304, heads=9),
        language=replace(_BERT_BASE, width=512, depth=4, mlp=2048, heads=8),
    ),
    "sima_continuous": TransformerAgentConfig(name="sima_continuous", vision=_SO400M, language=_BERT_BASE),
    "sima_continuous_siglip": TransformerAgentConfig(
        name="sima_continuous_siglip", vision=_SO400M, language=_BERT_BASE, front="siglip"
    ),
}


def agent_named(name: str) -> AgentConfig | TransformerAgentConfig:
    """The published agent called `name`; ValueError lists the known ones."""
    if name not in AGENTS:
        close = difflib.get_close_matches(name, AGENTS, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else "."
        raise ValueError(f"Unknown agent {name!r}{hint} Known agents: {', '.join(AGENTS)}.")
    return AGENTS[name]


@dataclass(frozen=True)
class PPOConfig:
    """Proximal policy optimisation (Schulman et al. 2017).

    sequences: into how many the rollout of an environment is cut, each of which is learned from as one piece, from the
        memory that acting had where it begins. Fewer pictures then make a minibatch.
    frozen_vision_steps: environment steps at the beginning in which the vision stays as it was born or loaded; only for
        an agent that looks apart.
    """

    epochs: int = 2
    minibatches: int = 4
    discount: float = 0.99
    gae_lambda: float = 0.95
    clip: float = 0.2
    value_cost: float = 0.5
    entropy_cost: float = 0.002
    sequences: int = 1
    frozen_vision_steps: int = 0

    def __post_init__(self):
        _require(self.epochs >= 1, "ppo.epochs", self.epochs, "at least 1")
        _require(self.minibatches >= 1, "ppo.minibatches", self.minibatches, "at least 1")
        _require(0.0 <= self.discount < 1.0, "ppo.discount", self.discount, "in [0, 1)")
        _require(0.0 <= self.gae_lambda <= 1.0, "ppo.gae_lambda", self.gae_lambda, "in [0, 1]")
        _require(self.clip > 0.0, "ppo.clip", self.clip, "positive")
        _require(self.sequences >= 1, "ppo.sequences", self.sequences, "at least 1")
        steps = self.frozen_vision_steps
        _require(steps >= 0, "ppo.frozen_vision_steps", steps, "at least 0")


@dataclass(frozen=True)
class AuxiliaryConfig:
    """Weights and sizes of the auxiliary losses; a weight of 0 leaves the loss out.

    guess_weight: of guessing, from what the agent sees and remembers, what only the simulator knows
        (Rollout.privileged); an auxiliary task as in Mirowski et al. 2017 (arXiv:1611.03673), for training alone.
    paraphrase_weight: of telling apart, and keeping together, the sentences of the instruction table by what they ask
        for: language matching of sentences with sentences (a supervised contrastive loss, Khosla et al. 2020,
        arXiv:2004.11362). Without it an agent learns from reward alone that two sentences ask for the same.
    """

    guess_weight: float = 0.0
    word_noise: float = 0.0  # share of the words of training's instructions that are replaced; also moves sentences
    instruction_dropout: float = 0.0  # share of the environments whose instruction is kept from the agent
    language_matching_weight: float = 0.1
    paraphrase_weight: float = 0.0
    language_matching_stride: int = 4  # every how many steps of a rollout a frame is matched
    language_matching_temperature: float = 0.1
    contrastive_weight: float = 0.1
    contrastive_temperature: float = 0.1
    pairs: int = 256  # contrastive pairs per rollout
    queue_size: int = 2048
    target_rate: float = 0.01  # how far the momentum encoder moves towards the encoder in one gradient step

    def __post_init__(self):
        fewest = 1 if self.contrastive_weight else 0
        _require(self.pairs >= fewest, "auxiliary.pairs", self.pairs, f"at least {fewest}")
        # All pairs of a rollout are queued at once, and none may be overwritten by another.
        least = max(1, self.pairs)
        wanted = f"at least auxiliary.pairs = {self.pairs}, and at least 1"
        _require(self.queue_size >= least, "auxiliary.queue_size", self.queue_size, wanted)
        for name in ("word_noise", "instruction_dropout"):
            _require(0.0 <= getattr(self, name) < 1.0, f"auxiliary.{name}", getattr(self, name), "in [0, 1)")
        _require(0.0 <= self.target_rate <= 1.0, "auxiliary.target_rate", self.target_rate, "in [0, 1]")
        for loss in ("guess", "paraphrase", "language_matching", "contrastive"):
            name = f"{loss}_weight"
            _require(getattr(self, name) >= 0.0, f"auxiliary.{name}", getattr(self, name), "at least 0")
        for name in ("language_matching_temperature", "contrastive_temperature"):
            _require(getattr(self, name) > 0.0, f"auxiliary.{name}", getattr(self, name), "positive")
        _require(
            self.language_matching_stride >= 1,
            "auxiliary.language_matching_stride",
            self.language_matching_stride,
            "at least 1",
        )

    def without_contrastive(self) -> "AuxiliaryConfig":
        """The same with the contrastive loss left out."""
        return replace(self, contrastive_weight=0.0, pairs=0)


@dataclass(frozen=True)
class OptimizerConfig:
    """Adam with gradient clipping; the rate warms up, then falls linearly to `final_fraction` of its peak."""

    learning_rate: float = 7e-4
    final_fraction: float = 0.05
    warmup_updates: int = 5
    max_grad_norm: float = 0.5
    total_updates: int = 1000

    def __post_init__(self):
        _require(self.learning_rate > 0.0, "optimizer.learning_rate", self.learning_rate, "positive")
        _require(0.0 <= self.final_fraction <= 1.0, "optimizer.final_fraction", self.final_fraction, "in [0, 1]")
        _require(self.warmup_updates >= 0, "optimizer.warmup_updates", self.warmup_updates, "at least 0")
        _require(self.max_grad_norm > 0.0, "optimizer.max_grad_norm", self.max_grad_norm, "positive")
        _require(self.total_updates >= 1, "optimizer.total_updates", self.total_updates, "at least 1")
