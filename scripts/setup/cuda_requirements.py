"""Prints, as a JSON list, the CUDA libraries that the torch in a site-packages folder requires and that are missing.

    python cuda_requirements.py SITE_PACKAGES

Follows the metadata from torch through the installed packages: `cuda-toolkit[cublas,...]` holds no software and names the
nvidia-* packages in its extras. Other requirements (triton, cuda-bindings) are for Python only and are left out.
"""

import json
import re
import sys
from importlib.metadata import distributions

# Every virtual environment has pip, and pip contains the reference implementation of requirements and markers.
from pip._vendor.packaging.requirements import Requirement


def normalized(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def is_cuda_library(name):
    return name == "cuda-toolkit" or name.startswith("nvidia-")


def applies(requirement, extras):
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({"extra": extra}) for extra in extras or {""})


def missing(site_packages):
    installed = {normalized(d.metadata["Name"]): d for d in distributions(path=[site_packages]) if d.metadata["Name"]}
    found = {}
    seen = set()
    queue = [("torch", frozenset())]
    while queue:
        name, extras = queue.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        for text in installed[name].requires or []:
            requirement = Requirement(text)
            wanted = normalized(requirement.name)
            if not is_cuda_library(wanted) or not applies(requirement, extras):
                continue
            if wanted in installed and requirement.specifier.contains(installed[wanted].version, prereleases=True):
                queue.append((wanted, frozenset(requirement.extras)))
            else:
                found.setdefault(wanted, set()).update(str(part) for part in requirement.specifier)
    return [name + ",".join(sorted(specifiers)) for name, specifiers in sorted(found.items())]


if __name__ == "__main__":
    print(json.dumps(missing(sys.argv[1])))
