"""Walk to the flag that the sentence names, in castles with a moat of lava.

    python -m experiments.train --config=experiments/configs/castle.py

Two CPU cores train it in less than 20 minutes. Every value can be overridden on the command line, for example
`--config.num_envs=32 --config.ppo.epochs=3`.

Variants: castle.py:base, an agent of 90 M parameters that sees 320x180, and castle.py:full, one of 540 M that sees
1280x720. They need accelerators; `python -m experiments.plan --config=experiments/configs/castle.py:full` says which.
"""

from ml_collections import ConfigDict, config_dict

_LARGE = {
    "ppo.frozen_vision_steps": 10_000,
    "ppo.entropy_cost": 0.0005,
    "auxiliary.instruction_dropout": 0.1,
    "auxiliary.guess_weight": 1.0,
    "auxiliary.word_noise": 0.0,
    "rollout.frames": "rerender",
    "optimizer.learning_rate": 1e-4,
    "optimizer.warmup_updates": 2,
    "total_timesteps": 10_000_000,
}
VARIANTS = {
    "tiny": {},
    "base": _LARGE
    | {
        "agent": "sima_base",
        "image.height": 180,
        "image.width": 320,
        "rollout_steps": 128,
        "ppo.sequences": 8,  # of 16 steps; 16 of them make a minibatch of 256 pictures
        "ppo.minibatches": 32,
        "auxiliary.pairs": 512,
        "auxiliary.queue_size": 4096,
    },
    "full": _LARGE
    | {
        "agent": "sima_continuous",
        "image.height": 720,
        "image.width": 1280,
        "rollout_steps": 512,
        "ppo.sequences": 32,  # of 16 steps; 8 of them make a minibatch of 128 pictures, 354 MB
        "ppo.minibatches": 256,
        "auxiliary.pairs": 2048,
        "auxiliary.queue_size": 8192,
    },
}


def get_config(variant: str = "tiny") -> ConfigDict:
    """The configuration of one of VARIANTS. Lengths in metres, one environment step is action_repeat / 60 s."""
    if variant not in VARIANTS:
        raise ValueError(f"unknown variant {variant!r}; known: {', '.join(VARIANTS)}.")
    config = _tiny()
    config.update_from_flattened_dict(VARIANTS[variant])
    return config


def _tiny() -> ConfigDict:
    config = ConfigDict()
    config.prompt = "a medieval castle with lava moat"
    config.seed = 0  # of parameters, acting noise and episodes

    config.worlds = ConfigDict()
    config.worlds.num_train = 256
    config.worlds.num_eval = 64  # held out: other castles than those trained in
    config.worlds.seed = 0
    config.worlds.split_themes = False  # True: themes of prompt/splits.toml in turn, in place of the prompt's

    config.image = ConfigDict()
    config.image.height = 36
    config.image.width = 64

    config.episode = ConfigDict()
    config.episode.max_steps = 300
    config.episode.action_repeat = 6
    config.episode.difficulty = config_dict.placeholder(float)  # 0 to 1; None: what the prompt says

    config.rollout = ConfigDict()
    config.rollout.frames = "store"  # or "rerender": keep the simulator's states, and render them again to learn

    config.curriculum = ConfigDict()  # of training's episodes alone
    config.curriculum.max_steps = 200
    config.curriculum.spawn_draws = 8  # at first episodes begin at the nearest of so many spawns
    config.curriculum.until = 0.12  # of the training
    config.curriculum.far_draws = 2  # from then on at the farthest of so many
    config.curriculum.easiest = config_dict.placeholder(float)  # worlds' difficulties spread from here, easy ones first

    config.num_envs = 64
    config.rollout_steps = 64
    config.total_timesteps = 4_400_000

    config.reward = ConfigDict()  # added to 10 per metre gained
    config.reward.collision = -0.5
    config.reward.heading = 15.0
    config.reward.explore = 16.0
    config.reward.success = 50.0
    config.reward.wrong_flag = -50.0
    config.reward.burnt = -50.0

    config.agent = "sima_tiny"
    config.pretrained = ConfigDict()  # files of published weights (see sima_jax.pretrained); empty: none
    config.pretrained.vision = ""  # of SigLIP
    config.pretrained.language = ""  # of BERT, a folder that also holds its vocab.txt or tokenizer.json
    config.agent_depth = config_dict.placeholder(int)  # layers of each tower, to try an agent out; None: as published

    config.ppo = ConfigDict()
    config.ppo.epochs = 1
    config.ppo.minibatches = 8
    config.ppo.discount = 0.985
    config.ppo.gae_lambda = 0.92
    config.ppo.clip = 0.2
    config.ppo.value_cost = 0.5
    config.ppo.entropy_cost = 0.0005
    config.ppo.sequences = 1
    config.ppo.frozen_vision_steps = 0

    config.auxiliary = ConfigDict()
    config.auxiliary.guess_weight = 3.0
    config.auxiliary.word_noise = 0.03
    config.auxiliary.instruction_dropout = 0.0
    config.auxiliary.paraphrase_weight = 0.1
    config.auxiliary.language_matching_weight = 0.1
    config.auxiliary.language_matching_stride = 4
    config.auxiliary.language_matching_temperature = 0.1
    config.auxiliary.contrastive_weight = 0.1
    config.auxiliary.contrastive_temperature = 0.1
    config.auxiliary.pairs = 128
    config.auxiliary.queue_size = 2048
    config.auxiliary.target_rate = 0.01

    config.optimizer = ConfigDict()
    config.optimizer.learning_rate = 8e-4
    config.optimizer.final_fraction = 0.02
    config.optimizer.warmup_updates = 5
    config.optimizer.max_grad_norm = 0.5

    config.mesh = ConfigDict()  # devices along each axis
    config.mesh.data = 1
    config.mesh.model = 1

    config.checkpoint = ConfigDict()
    config.checkpoint.every_updates = 50
    config.checkpoint.keep = 3

    config.eval = ConfigDict()
    config.eval.episodes = 256
    config.eval.greedy = True  # the mean action; False: sampled as in training
    config.eval.guidance = 0.0  # how much the instruction is stressed (see sima_jax.learner.act)

    config.wandb_project = ""
    return config
