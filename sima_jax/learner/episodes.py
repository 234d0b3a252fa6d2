"""What came of a rollout beside what is learned from: the episodes that ended in it, and the time it took."""

from dataclasses import dataclass, field


@dataclass
class Episodes:
    """Finished episodes, in the order in which they ended."""

    success: list[bool] = field(default_factory=list)
    outcome: list[int] = field(default_factory=list)
    episode_return: list[float] = field(default_factory=list)
    length: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.success)


@dataclass
class Seconds:
    """Wall time of a collection, as the collecting thread spent it."""

    waiting: float = 0.0  # for simulation that inference did not cover
    inference: float = 0.0
    simulation: float = 0.0  # inside the pools, covered or not
