"""python test/baseline/worker.py: runs programs of the baseline one after the other, so that torch is imported once.

Each line of stdin is a JSON list, the program ("baseline" or "baseline.probe") and its arguments; each line of stdout is
null or the error, as JSON. What the programs print goes to stderr.
"""

import contextlib
import json
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from baseline import __main__, probe

PROGRAMS = {"baseline": __main__.main, "baseline.probe": probe.main}

for line in sys.stdin:
    program, *arguments = json.loads(line)
    error = None
    with contextlib.redirect_stdout(sys.stderr):
        try:
            PROGRAMS[program](arguments)
        except Exception:
            error = traceback.format_exc()
    print(json.dumps(error), flush=True)
