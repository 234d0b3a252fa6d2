"""Walk to the flag that the sentence names, in castles with a moat of lava.

    python -m experiments.train --config=experiments/configs/castle.py

Two CPU cores train it in less than 20 minutes. Every value can be overridden on the command line, for example
`--config.num_envs=32 --config.ppo.epochs=3`.
"""

from ml_collections import ConfigDict, config_dict


def get_config() -> ConfigDict:
    """Lengths in metres, one environment step is action_repeat / 60 s."""
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
    config.eval.greedy = False  # True: the mean action; False: sampled as in training
    config.eval.guidance = 0.0  # how much the instruction is stressed (see sima_jax.learner.act)

    config.wandb_project = ""
    return config
