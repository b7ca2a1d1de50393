import { availableParallelism } from 'node:os'

/** The CPU threads of each of `jobs` processes that train at once; null leaves those of a single one to LibTorch. */
export const threadsPerProcess = (jobs: number): number | null =>
  jobs === 1 ? null : Math.max(1, Math.floor(availableParallelism() / jobs))
