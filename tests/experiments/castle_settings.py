"""The castle's configuration with some values changed."""

from experiments.configs.castle import get_config
from experiments.settings import Settings


def settings_of(variant: str, **changes) -> Settings:
    """changes: by flat names, such as {"mesh.data": 8}."""
    config = get_config(variant)
    config.update_from_flattened_dict(changes)
    return Settings.from_config(config.to_dict())
