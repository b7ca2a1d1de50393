import { z } from 'zod'
import { readCheckpoint } from '../checkpoints/read-checkpoint.js'
import { findSeries } from '../checkpoints/series.js'
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
  const { from, onCheckpoint } = options
  const { members, hasSteps, passed } = await findSeries(typeof given === 'string' ? [given] : given)
  const origin = await readCheckpoint(from ?? members[0]!.path)
  const measurement = new SeriesMeasurement(origin, options)
  try {
    let next = from === undefined ? Promise.resolve(origin) : readCheckpoint(members[0]!.path)
    for (const [place, member] of members.entries()) {
      throwIfInterrupted(options.signal, 'measuring checkpoints')
      const checkpoint = await next
      // The list of the next one's tensors is read while this one's numbers are compared.
      const following = members[place + 1]
      if (following !== undefined) next = readCheckpoint(following.path)
      next.catch(() => undefined) // it is thrown when its turn comes
      await measurement.add(member, checkpoint)
      onCheckpoint?.(place + 1, members.length)
    }
    const series = measurement.series(hasSteps)
    return { ...series, notes: [...passed.map(leftOut), ...series.notes] }
  } finally {
    await measurement.close()
  }
}

/** A note on a path that is passed over. */
export const leftOut = (path: string): string => `${path} is left out: no step is in its name`
