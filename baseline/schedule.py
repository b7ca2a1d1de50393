def learning_rate(schedule: dict, epoch: int) -> float:
    """The rate of an epoch, counted from 0."""
    match schedule["type"]:
        case "constant":
            return schedule["initial"]
        case "steps":
            return schedule["initial"] * schedule["factor"] ** sum(at <= epoch for at in schedule["at"])
    raise ValueError(f"learningRate: the baseline has constant and steps, not {schedule['type']}")
