"""experiments: the only place that knows both the worlds and the agent: configurations, training, evaluation."""
