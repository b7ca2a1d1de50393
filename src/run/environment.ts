import { cpus, hostname } from 'node:os'
import { z } from 'zod'
import type { ExperimentConfig } from '../experiment/config.js'
import { workingFolder } from '../working-folder.js'
import { info } from '../native/load.js'
import { currentCommit } from './commit.js'
import { packageVersion } from '../version.js'
import { positionSchema } from './position.js'
import { hasUncommittedChanges } from './uncommitted-changes.js'

const definitionSchema = z.object({
  /** A preset, or a file as the command line named it. */
  experiment: z.string(),
  /** `path=value` each, in the order in which they took effect. */
  overrides: z.array(z.string()),
})

/** The definition of an experiment on the command line. */
export type ExperimentDefinition = z.output<typeof definitionSchema>

export const environmentSchema = z.object({
  /** Version of this package. */
  layerRotation: z.string(),
  node: z.string(),
  libtorch: z.string(),
  /** 'cpu' or 'cuda:N'. */
  device: z.string(),
  /** The device's name, where LibTorch knows it. */
  deviceDescription: z.string().optional(),
  /** Number format of convolutions and dense products: 'fp32', 'bf16' or 'tf32'. */
  precision: z.string(),
  /** 'channelsLast' or 'contiguous'. */
  memoryFormat: z.string(),
  /** CPU threads of LibTorch. */
  threads: z.int().min(1),
  /** The number of processes that trained together; absent for one. */
  processes: z.int().min(2).optional(),
  /** Operating system and architecture, such as linux-x64. */
  platform: z.string(),
  /** Name of the processor. */
  cpu: z.string(),
  /** Commit of the repository that the run was started in; null outside a repository. */
  commit: z.string().nullable(),
  /** True if files of the repository differ from this commit, untracked ones aside; null if that is not known. */
  dirty: z.boolean().nullable().optional(),
  /** Name of the machine. */
  hostname: z.string().optional(),
  /** Command line of the process: Node, the program and its arguments, settings of the experiment among them. */
  argv: z.array(z.string()).optional(),
  /** The definition that the command line trains: a preset or a file, and the changes of it; absent for a program's experiment. */
  definition: definitionSchema.optional(),
  /** Working folder of the process, at which relative paths in the experiment start. */
  workingFolder: z.string().optional(),
  seed: z.int().min(0),
  stepsPerEpoch: z.int().min(1),
  /**
   * SHA-256 of the data as it was loaded and of the weights that rotation is measured from; null in runs of the PyTorch
   * baseline, which cannot be resumed.
   */
  data: z.string().nullable(),
  /** Start of the run: ISO 8601, UTC. */
  startedAt: z.string(),
  /**
   * Time and position of each resumption, and the changes of the experiment that came with it; all other values but the definition
   * are those of the last one.
   */
  resumed: z
    .array(z.object({ at: z.string(), position: positionSchema, overrides: z.array(z.string()).optional() }))
    .optional(),
})

/** environment.json: the software, the hardware and the data of a run. */
export type RunEnvironment = z.output<typeof environmentSchema>

/** Returns the changes of an experiment on the command line, `path=value` each, once each, those of resumptions last. */
export function overridesOf({
  definition,
  resumed = [],
}: {
  definition?: ExperimentDefinition | undefined
  resumed?: readonly { at: string; overrides?: readonly string[] | undefined }[] | undefined
}): string[] {
  const later = resumed.flatMap(({ overrides = [] }) => overrides)
  return [...new Set([...(definition?.overrides ?? []), ...later])]
}

/** Returns the environment of a run in this process. @param device device of the trainer: 'cpu' or 'cuda:N' */
export async function currentEnvironment(
  config: ExperimentConfig,
  {
    device,
    stepsPerEpoch,
    data,
    processes,
  }: Pick<RunEnvironment, 'device' | 'stepsPerEpoch' | 'processes'> & { data: string },
): Promise<RunEnvironment> {
  const folder = workingFolder()
  const { libtorch, devices, threads } = await info()
  const commit = await currentCommit(folder)
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
    ...(processes !== undefined && { processes }),
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    commit,
    dirty: commit === null ? null : await hasUncommittedChanges(folder),
    hostname: hostname(),
    argv: [...process.argv],
    workingFolder: folder,
    seed: config.seed,
    stepsPerEpoch,
    data,
    startedAt: new Date().toISOString(),
  }
}
