def learning_rate(schedule: dict, epoch: int) -> float:
    """The rate of an epoch, counted from 0."""
    if schedule["type"] == "constant":
        return schedule["initial"]
    return schedule["initial"] * schedule["factor"] ** sum(at <= epoch for at in schedule["at"])
