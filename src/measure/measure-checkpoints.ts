import { z } from 'zod'
import type { Checkpoint } from '../checkpoints/checkpoint.js'
import { HeldFiles } from '../checkpoints/held-files.js'
import { readCheckpoint } from '../checkpoints/read-checkpoint.js'
import { findSeries, type SeriesMember } from '../checkpoints/series.js'
import { checkpointStamp } from '../checkpoints/stamp.js'
import { LayerRotationError } from '../errors.js'
import { throwIfInterrupted } from '../interrupted.js'
import { requireOptions } from '../validation/options.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { measureOptions, pathsSchema, requireTogether, type MeasureOptions } from './options.js'
import { SeriesMeasurement, type CheckpointSeries } from './series-measurement.js'

/**
 * Measures how the layers turn in a series of checkpoints, whoever wrote them: from the first one and from each to the next. The
 * numbers are calculated in float64 from the files' bytes, without loading the weights.
 *
 *     const { table } = await measureCheckpoints('checkpoints')
 *     table.layer('model.layers.0.mlp.up_proj', 'rotation')   // at each checkpoint
 *
 * @param paths files, or folders that are a checkpoint or hold several
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED, INVALID_FILE; INVALID_CONFIG for other arguments, patterns that no
 *   layer matches and series whose order cannot be told; ADDON_MISSING, LIBTORCH_MISMATCH, INTERRUPTED
 */
export async function measureCheckpoints(
  paths: string | readonly string[],
  options: MeasureOptions = {},
): Promise<CheckpointSeries> {
  const given = validate(z.object({ paths: pathsSchema }), { paths }, 'measureCheckpoints').paths
  requireOptions(options, 'measureCheckpoints')
  validate(strictObject(measureOptions), options, 'measureCheckpoints')
  requireTogether(options, 'measureCheckpoints')
  const { members, hasSteps, notes } = await findSeries(typeof given === 'string' ? [given] : given)
  const held = new HeldFiles()
  try {
    const series = await measureMembers(members, hasSteps, options, held)
    return { ...series, notes: [...notes, ...series.notes] }
  } catch (error) {
    throw error instanceof LayerRotationError
      ? new LayerRotationError(error.code, held.name(error.message), { cause: error })
      : error
  } finally {
    await held.keep(new Set())
  }
}

/** Measures the members of a series, and holds the files that later ones are compared with. */
async function measureMembers(
  members: readonly SeriesMember[],
  hasSteps: boolean,
  options: MeasureOptions,
  held: HeldFiles,
): Promise<CheckpointSeries> {
  const { from, onCheckpoint, signal } = options
  const read = async (path: string): Promise<Checkpoint> => {
    const stamp = await checkpointStamp(path)
    return held.hold(await readCheckpoint(path), stamp)
  }
  const origin = await read(from ?? members[0]!.path)
  const measurement = new SeriesMeasurement(origin, options)
  let next = from === undefined ? Promise.resolve(origin) : read(members[0]!.path)
  try {
    for (const [place, member] of members.entries()) {
      throwIfInterrupted(signal, 'measuring checkpoints')
      const checkpoint = await next
      await held.keep(new Set([...measurement.files(), ...checkpoint.tensors.map(({ file }) => file)]))
      // The list of the next one's tensors is read while this one's numbers are compared.
      const following = members[place + 1]
      if (following !== undefined) next = read(following.path)
      next.catch(() => undefined) // it is thrown when its turn comes
      await measurement.add(member, checkpoint)
      await held.requireUnchanged(measurement.files())
      onCheckpoint?.(place + 1, members.length)
    }
    return measurement.series(hasSteps)
  } finally {
    await next.catch(() => undefined) // its files have to be closed, too
    await measurement.close()
  }
}
