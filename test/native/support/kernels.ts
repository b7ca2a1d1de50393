/**
 * What a test asks of the addon to have other kernels than the CPU's: ATen operations, and the kernels for CUDA devices,
 * compiled for the host.
 */
export const otherKernels = [{ preferAten: true }, { blockKernels: true }] as const

export const allKernels = [{}, ...otherKernels] as const
