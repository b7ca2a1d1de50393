"""python -m baseline <run folder or config.json> --out <folder> [--initial <safetensors>] [--steps N] [--threads N]"""

import argparse
import json
import sys
from pathlib import Path

from .train import train


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m baseline", description="Repeat an experiment in plain PyTorch.")
    parser.add_argument("experiment", type=Path, help="a run folder or a config.json")
    parser.add_argument("--out", type=Path, required=True, help="the run folder to write; must not exist")
    parser.add_argument(
        "--initial",
        type=Path,
        help="initial weights; default: checkpoints/initial/model.safetensors beside config.json if it exists, "
        "else drawn as the config says",
    )
    parser.add_argument("--steps", type=int, help="stop after this many steps")
    parser.add_argument("--threads", type=int, help="CPU threads; default: the config's")
    arguments = parser.parse_args(argv)

    path = arguments.experiment / "config.json" if arguments.experiment.is_dir() else arguments.experiment
    try:
        config = json.loads(path.read_text())
        beside = path.parent / "checkpoints" / "initial" / "model.safetensors"
        initial = arguments.initial or (beside if beside.exists() else None)
        if arguments.threads is not None:
            config["threads"] = arguments.threads
        return train(config, arguments.out, initial, arguments.steps)
    except (OSError, ValueError, KeyError) as error:
        print(f"baseline: {type(error).__name__}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
