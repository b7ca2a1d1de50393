import { cpus } from 'node:os'
import { z } from 'zod'
import type { ExperimentConfig } from '../experiment/config.js'
import { info } from '../native/load.js'
import { currentCommit } from './commit.js'
import { packageVersion } from '../version.js'
import { positionSchema } from './position.js'

export const environmentSchema = z.object({
  /** Version of this package. */
  layerRotation: z.string(),
  node: z.string(),
  libtorch: z.string(),
  /** 'cpu' or 'cuda:N' */
  device: z.string(),
  deviceDescription: z.string().optional(),
  /** 'fp32', 'bf16' or 'tf32': of convolutions and dense products. Absent in runs of earlier versions, as the next. */
  precision: z.string().optional(),
  /** 'channelsLast' or 'contiguous' */
  memoryFormat: z.string().optional(),
  threads: z.int().min(1),
  /** Such as linux-x64. */
  platform: z.string(),
  cpu: z.string(),
  /** Of the repository that the run was started in; null outside of one. */
  commit: z.string().nullable(),
  seed: z.int().min(0),
  /** What the data and the batch size came to. Absent in runs of earlier versions. */
  stepsPerEpoch: z.int().min(1).optional(),
  /** SHA-256 of all that was trained and tested on, as it was loaded. Absent in runs of earlier versions. */
  data: z.string().optional(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  /** When the run went on after an interruption, and from where; what else is told here is of the last time. */
  resumed: z.array(z.object({ at: z.string(), position: positionSchema })).optional(),
})

/** environment.json: where and with what a run was made. */
export type RunEnvironment = z.output<typeof environmentSchema>

/** The environment of this process. @param device on which the trainer was placed */
export async function currentEnvironment(
  config: ExperimentConfig,
  { device, stepsPerEpoch, data }: { device: string; stepsPerEpoch: number; data: string },
): Promise<RunEnvironment> {
  const { libtorch, devices, threads } = await info()
  const description = devices.find(({ name }) => name === device)?.description
  return {
    layerRotation: packageVersion(),
    node: process.versions.node,
    libtorch: libtorch.loaded,
    device,
    ...(description ? { deviceDescription: description } : {}),
    precision: config.precision,
    memoryFormat: config.memoryFormat,
    threads: config.threads ?? threads,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    commit: await currentCommit(process.cwd()),
    seed: config.seed,
    stepsPerEpoch,
    data,
    startedAt: new Date().toISOString(),
  }
}
