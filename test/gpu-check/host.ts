/** A host without a GPU. */
export const host = {
  device: 'cpu',
  gpu: null,
  driver: null,
  cpu: 'a processor',
  cores: 2,
  memoryGiB: 8,
  versions: { node: '20.20.2', libtorch: '2.13.0', nvcc: null },
  cudaKernels: false,
  sanitizer: false,
}

/** A host with a GPU and kernels for it. */
export const gpuHost = {
  ...host,
  device: 'cuda',
  gpu: 'NVIDIA H100',
  driver: '580.1',
  versions: { node: '20.20.2', libtorch: '2.13.0 with CUDA', nvcc: '13.0.88' },
  cudaKernels: true,
}
