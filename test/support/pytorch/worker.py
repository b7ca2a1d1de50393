"""python test/support/pytorch/worker.py: runs programs one after the other, so that torch is imported once.

Each line of stdin is a JSON list, a program and its arguments: a module of the baseline, such as "baseline.probe", or a
file, such as "test/schedule/torch_rates.py", of which main() is called. Each line of stdout is a JSON object, {"value": what
it returned} or {"error": a traceback}. What the programs print goes to stderr.
"""

import contextlib
import importlib
import json
import runpy
import sys
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path

root = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(root))


@cache
def main_of(program: str) -> Callable:
    if program.endswith(".py"):
        return runpy.run_path(str(root / program))["main"]
    return importlib.import_module(program).main


answers = sys.stdout
with contextlib.redirect_stdout(sys.stderr):
    for line in sys.stdin:
        program, *arguments = json.loads(line)
        try:
            answer = {"value": main_of(program)(*arguments)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), file=answers, flush=True)
