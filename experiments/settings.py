"""Settings: a configuration, checked and frozen. What is wrong with one is said here, before anything is built.

Every message names the key, its value and the way out.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.config_keys import SettingsError, check_keys, demand, group_of, typed
from sima_jax.config import (
    AgentConfig,
    AuxiliaryConfig,
    OptimizerConfig,
    PPOConfig,
    TransformerAgentConfig,
    agent_named,
)


@dataclass(frozen=True)
class WorldsSettings:
    """How many worlds, and the seed that they are made from.

    split_themes: those trained in have the training themes of genie3_env's split in turn, those judged in the ones held
    out, and all else is as the prompt says.
    """

    num_train: int
    num_eval: int
    seed: int
    split_themes: bool

    def __post_init__(self):
        demand(self.num_train >= 1, "worlds.num_train", self.num_train, "at least 1")
        demand(self.num_eval >= 1, "worlds.num_eval", self.num_eval, "at least 1")
        demand(self.seed >= 0, "worlds.seed", self.seed, "at least 0")


@dataclass(frozen=True)
class ImageSettings:
    """What the agent sees, in pixels."""

    height: int
    width: int

    def __post_init__(self):
        demand(
            self.height >= 9 and self.height * 16 == self.width * 9,
            "image",
            f"{self.width}x{self.height}",
            f"16:9, for example {_nearest_width(self.height)}x{_nearest_height(self.height)}",
        )


@dataclass(frozen=True)
class EpisodeSettings:
    """max_steps: environment steps; action_repeat: physics steps in one; difficulty: 0 to 1, None: the prompt's."""

    max_steps: int
    action_repeat: int
    difficulty: float | None

    def __post_init__(self):
        demand(self.max_steps >= 1, "episode.max_steps", self.max_steps, "at least 1")
        demand(self.action_repeat >= 1, "episode.action_repeat", self.action_repeat, "at least 1")
        if self.difficulty is not None:
            demand(0.0 <= self.difficulty <= 1.0, "episode.difficulty", self.difficulty, "from 0 to 1, or None")


@dataclass(frozen=True)
class RolloutSettings:
    """frames: "store" keeps the pictures of a rollout, "rerender" the simulator's states, which are rendered again."""

    frames: str

    def __post_init__(self):
        demand(self.frames in ("store", "rerender"), "rollout.frames", self.frames, "'store' or 'rerender'")


@dataclass(frozen=True)
class PretrainedSettings:
    """Files of published weights that a new run begins with, or empty texts: vision's, language's (a folder)."""

    vision: str
    language: str

    def __post_init__(self):
        for name in ("vision", "language"):
            path = getattr(self, name)
            demand(
                not path or Path(path).exists(), f"pretrained.{name}", path, "a file or folder that is there, or empty"
            )
        folder = Path(self.language or ".")
        demand(folder.is_dir(), "pretrained.language", self.language, "the folder of the weights and their vocabulary")


@dataclass(frozen=True)
class CurriculumSettings:
    """How training's episodes differ from those that count.

    max_steps: environment steps. spawn_draws: at first an episode begins at the nearest to its goal of so many spawns
    drawn at random. From the share `until` of the training on it begins at the farthest of `far_draws` spawns: 1 takes
    them as they come, 2 practises more of the long ways, on which most is still lost when short ones are easy.
    easiest: difficulty 0 to 1, or None. The training worlds' difficulties are spread evenly from here to that of the
    episodes that count; at first the easiest are played alone, and from `until` on all of them.
    """

    max_steps: int
    spawn_draws: int
    until: float
    far_draws: int
    easiest: float | None

    def __post_init__(self):
        demand(self.max_steps >= 1, "curriculum.max_steps", self.max_steps, "at least 1")
        demand(self.spawn_draws >= 1, "curriculum.spawn_draws", self.spawn_draws, "at least 1")
        demand(0.0 <= self.until <= 1.0, "curriculum.until", self.until, "from 0 to 1")
        demand(self.far_draws >= 1, "curriculum.far_draws", self.far_draws, "at least 1")
        if self.easiest is not None:
            demand(0.0 <= self.easiest <= 1.0, "curriculum.easiest", self.easiest, "from 0 to 1, or None")

    def spawns_at(self, progress: float) -> tuple[int, bool]:
        """Spawns to draw, and whether to take the farthest, when the share `progress` of the training is done.

        Before `until` it is the nearest of spawn_draws ** (1 - progress / until).
        """
        if progress >= self.until:
            return self.far_draws, True
        return max(1, round(self.spawn_draws ** (1.0 - progress / self.until))), False

    def hardest_at(self, progress: float, difficulty: float) -> float:
        """The difficulty of the hardest worlds to play: from `easiest` it rises to `difficulty`."""
        if self.easiest is None or progress >= self.until:
            return difficulty
        return self.easiest + (difficulty - self.easiest) * progress / self.until


@dataclass(frozen=True)
class RewardSettings:
    """Beside 10 per metre gained: for running into a wall, for turning towards the walkable way (per unit of the
    cosine between it and the view), for coming to where the episode has not been, and at the episode's end.
    """

    collision: float
    heading: float
    explore: float
    success: float
    wrong_flag: float
    burnt: float

    def __post_init__(self):
        for key, value in dataclasses.asdict(self).items():
            demand(math.isfinite(value), f"reward.{key}", value, "finite")


@dataclass(frozen=True)
class MeshSettings:
    """Devices along the axes of the mesh."""

    data: int
    model: int

    def __post_init__(self):
        demand(self.data >= 1, "mesh.data", self.data, "at least 1")
        demand(self.model >= 1, "mesh.model", self.model, "at least 1")


@dataclass(frozen=True)
class CheckpointSettings:
    """How often a run is saved, and how many of its last checkpoints are kept."""

    every_updates: int
    keep: int

    def __post_init__(self):
        demand(self.every_updates >= 1, "checkpoint.every_updates", self.every_updates, "at least 1")
        demand(self.keep >= 1, "checkpoint.keep", self.keep, "at least 1")


@dataclass(frozen=True)
class EvalSettings:
    """episodes: of each evaluation run; greedy: act by the mean instead of sampling; guidance: see learner.act."""

    episodes: int
    greedy: bool
    guidance: float

    def __post_init__(self):
        demand(self.episodes >= 1, "eval.episodes", self.episodes, "at least 1")
        demand(self.guidance >= 0.0, "eval.guidance", self.guidance, "at least 0")


@dataclass(frozen=True)
class Settings:
    """Everything that decides an experiment."""

    prompt: str
    seed: int
    worlds: WorldsSettings
    image: ImageSettings
    episode: EpisodeSettings
    rollout: RolloutSettings
    curriculum: CurriculumSettings
    num_envs: int
    rollout_steps: int
    total_timesteps: int
    reward: RewardSettings
    agent: AgentConfig | TransformerAgentConfig
    pretrained: PretrainedSettings
    agent_depth: int | None  # layers of its towers, where they are not the published ones
    ppo: PPOConfig
    auxiliary: AuxiliaryConfig
    optimizer: OptimizerConfig
    mesh: MeshSettings
    checkpoint: CheckpointSettings
    eval: EvalSettings
    wandb_project: str

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Settings":
        """Settings of a configuration as nested dicts; SettingsError where it cannot be run."""
        values = dict(config)
        check_keys(values, [field.name for field in dataclasses.fields(cls)], "")
        numbers = {key: typed(key, values[key], int) for key in ("num_envs", "rollout_steps", "total_timesteps")}
        for key, number in numbers.items():
            demand(number >= 1, key, number, "at least 1")
        rollout = numbers["num_envs"] * numbers["rollout_steps"]
        demand(
            numbers["total_timesteps"] >= rollout,
            "total_timesteps",
            numbers["total_timesteps"],
            f"at least one rollout: num_envs * rollout_steps = {rollout}",
        )
        auxiliary = group_of(AuxiliaryConfig, "auxiliary", values["auxiliary"])
        if not auxiliary.contrastive_weight:
            auxiliary = auxiliary.without_contrastive()
        depth = typed("agent_depth", values["agent_depth"], int | None)
        optimizer = dict(values["optimizer"]) | {"total_updates": numbers["total_timesteps"] // rollout}
        return cls(
            prompt=typed("prompt", values["prompt"], str),
            seed=typed("seed", values["seed"], int),
            worlds=group_of(WorldsSettings, "worlds", values["worlds"]),
            image=group_of(ImageSettings, "image", values["image"]),
            episode=group_of(EpisodeSettings, "episode", values["episode"]),
            rollout=group_of(RolloutSettings, "rollout", values["rollout"]),
            curriculum=group_of(CurriculumSettings, "curriculum", values["curriculum"]),
            **numbers,
            reward=group_of(RewardSettings, "reward", values["reward"]),
            agent=_agent(typed("agent", values["agent"], str), depth),
            pretrained=group_of(PretrainedSettings, "pretrained", values["pretrained"]),
            agent_depth=depth,
            ppo=group_of(PPOConfig, "ppo", values["ppo"]),
            auxiliary=auxiliary,
            optimizer=group_of(OptimizerConfig, "optimizer", optimizer),
            mesh=group_of(MeshSettings, "mesh", values["mesh"]),
            checkpoint=group_of(CheckpointSettings, "checkpoint", values["checkpoint"]),
            eval=group_of(EvalSettings, "eval", values["eval"]),
            wandb_project=typed("wandb_project", values["wandb_project"], str),
        )

    def __post_init__(self):
        example = "a sentence such as 'a medieval castle with lava moat'"
        demand(bool(self.prompt.strip()), "prompt", self.prompt, example)
        demand(self.seed >= 0, "seed", self.seed, "at least 0")
        envs, parts = self.num_envs, self.ppo.minibatches
        demand(
            envs >= 2 and envs % 2 == 0,
            "num_envs",
            envs,
            "even and at least 2: one half is simulated while the agent thinks for the other",
        )
        cut, steps = self.ppo.sequences, self.rollout_steps
        demand(steps % cut == 0, "rollout_steps", steps, f"a multiple of ppo.sequences = {cut}")
        held, pieces = ("num_envs", envs) if cut == 1 else ("num_envs * ppo.sequences", envs * cut)
        demand(pieces % parts == 0, held, pieces, f"a multiple of ppo.minibatches = {parts}")
        data = self.mesh.data
        demand(envs % data == 0, "num_envs", envs, f"a multiple of mesh.data = {data}")
        demand(
            pieces // parts % data == 0,
            f"{held} / ppo.minibatches",
            pieces // parts,
            f"a multiple of mesh.data = {data}",
        )
        if isinstance(self.agent, AgentConfig):
            for key, value in (
                ("ppo.frozen_vision_steps", self.ppo.frozen_vision_steps),
                ("auxiliary.instruction_dropout", self.auxiliary.instruction_dropout),
                ("eval.guidance", self.eval.guidance),
            ):
                demand(not value, key, value, f"0: what {self.agent.name} sees depends on the instruction")
            for key, value in vars(self.pretrained).items():
                demand(not value, f"pretrained.{key}", value, f"empty: {self.agent.name} has no towers")
        if self.pretrained.language:
            noise = self.auxiliary.word_noise
            demand(
                not noise, "auxiliary.word_noise", noise, "0 with pretrained.language: it does not know BERT's marks"
            )
        if self.auxiliary.contrastive_weight:
            pairs = self.auxiliary.pairs
            demand(
                pairs >= 1 and pairs % parts == 0, "auxiliary.pairs", pairs, f"a multiple of ppo.minibatches = {parts}"
            )
            of_one = pairs // parts
            demand(of_one % data == 0, "auxiliary.pairs / ppo.minibatches", of_one, f"a multiple of mesh.data = {data}")
            demand(
                pairs <= self.steps_per_update,
                "auxiliary.pairs",
                pairs,
                f"at most num_envs * rollout_steps = {self.steps_per_update}, the frames of one rollout",
            )
        try:
            self.agent.check_image(self.image.height, self.image.width)
        except ValueError as error:
            raise SettingsError(str(error)) from error

    @property
    def steps_per_update(self) -> int:
        """Environment steps in one rollout."""
        return self.num_envs * self.rollout_steps

    @property
    def total_updates(self) -> int:
        """Rollouts, and updates, in the whole training; a last part of a rollout is left out."""
        return self.total_timesteps // self.steps_per_update


def _agent(name: str, depth: int | None) -> AgentConfig | TransformerAgentConfig:
    try:
        agent = agent_named(name)
    except ValueError as error:
        raise SettingsError(f"agent: {error}") from error
    if depth is None:
        return agent
    demand(depth >= 1, "agent_depth", depth, "at least 1, or None")
    if isinstance(agent, AgentConfig):
        raise SettingsError(f"agent_depth is {depth}, but {name} has no towers; leave it out.")
    return agent.with_depth(depth)


def _nearest_height(height: int) -> int:
    return 9 * max(4, round(height / 36) * 4)


def _nearest_width(height: int) -> int:
    return _nearest_height(height) * 16 // 9
