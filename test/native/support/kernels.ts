/**
 * The options that select other kernels than the CPU's: ATen operations, and the kernels for CUDA devices,
 * compiled for the host.
 */
export const otherKernels = [{ preferAten: true }, { blockKernels: true }] as const

export const allKernels = [{}, ...otherKernels] as const
