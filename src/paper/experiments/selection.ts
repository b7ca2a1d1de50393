import { z } from 'zod'
import { experimentSchema } from '../../experiment/config.js'
import { validate } from '../../validation/validate.js'
import type { TaskName } from '../task-names.js'
import type { Task } from '../tasks/task.js'

/** The part of an experiment to train. */
export interface Selection<Name extends TaskName> {
  /** Tasks, each once; by default all of the experiment. */
  tasks?: readonly Name[]
  /** Seeds, each once, 0 … 2³²-1; by default 1 alone. The authors had one run each. */
  seeds?: readonly number[]
}

/** The seeds of an experiment for a laptop. */
const laptopSeeds: readonly number[] = [1, 2, 3]

const isUnique = (values: readonly unknown[]): boolean => new Set(values).size === values.length

const seedsSchema = z
  .array(experimentSchema.shape.seed.unwrap())
  .min(1)
  .refine(isUnique, 'a seed is listed twice; expected each once')

/**
 * Checks a selection and lists its tasks with its seeds: all seeds of a task after each other.
 *
 * @param all the tasks of the experiment
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function selected<Name extends TaskName>(
  experiment: string,
  all: readonly Name[],
  { tasks = all, seeds = [1] }: Selection<Name> = {},
): { task: Name; seed: number }[] {
  const tasksSchema = z.array(z.enum(all)).min(1).refine(isUnique, 'a task is listed twice; expected each once')
  validate(z.object({ tasks: tasksSchema, seeds: seedsSchema }), { tasks, seeds }, `selection of ${experiment}`)
  return tasks.flatMap((task) => seeds.map((seed) => ({ task, seed })))
}

/**
 * The same for an experiment on a laptop, with the seeds 1, 2 and 3 by default.
 *
 * @param all the smaller tasks of the experiment
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function selectedOnLaptop<LaptopTask extends Task>(
  experiment: string,
  all: readonly LaptopTask[],
  selection: Selection<LaptopTask['name']> = {},
): { task: LaptopTask; seed: number }[] {
  const names = all.map(({ name }) => name)
  return selected(experiment, names, { seeds: laptopSeeds, ...selection }).map(({ task, seed }) => ({
    task: all.find(({ name }) => name === task)!,
    seed,
  }))
}
