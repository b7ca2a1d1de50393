"""Reads a steps/ folder with pandas or polars and prints {"seconds", "version"}; fails if the import fails.

python records_read.py pandas|polars FOLDER
"""

import importlib
import json
import sys
import time

reader, folder = sys.argv[1:]
library = importlib.import_module(reader)
if reader == "pandas":
    importlib.import_module("pyarrow.parquet")
start = time.perf_counter()
if reader == "pandas":
    table = library.read_parquet(folder)
else:
    table = library.read_parquet(f"{folder}/*.parquet")
seconds = time.perf_counter() - start
assert len(table) > 0
print(json.dumps({"seconds": seconds, "version": library.__version__}))
