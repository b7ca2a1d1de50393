#!/bin/sh
# Builds layer-rotation against the torch of this host's Python (or LIBTORCH), and trains a small network.
# Needs Linux x64 with glibc 2.28, CMake, make or ninja, g++ or clang++, and nvcc for CUDA kernels. No network.
set -eu
cd "$(dirname "$0")"
PATH=$PWD/bin:$PATH
if ! version=$(node --version 2>&1); then
  printf '%s\n' "$version" >&2
  echo 'the Node of this bundle does not run here; it needs Linux x64 with glibc 2.28 and libstdc++ of GCC 5.1 or newer' >&2
  exit 1
fi
export LAYER_ROTATION_DOWNLOAD=0
node scripts/setup.mjs --addon-only
layer-rotation info
layer-rotation run mnist epochs=1 'learningRate.at=[]' data.perClass=100 batchSize=100 --runs "$PWD/runs"
cat <<END

layer-rotation works. Programs, in $PWD/bin:
  layer-rotation --help
  gpu-check --help
END
