import { LayerRotationError } from '../../errors.js'
import { followCheckpoints, type FollowOptions } from '../../measure/follow-checkpoints.js'
import type { CheckpointSeries } from '../../measure/series-measurement.js'
import { count } from '../../numbers.js'
import { printable } from '../../printable.js'
import { interruptible } from '../interruption.js'
import { print } from '../output.js'
import { followDisplay } from './follow-display.js'
import { LatestWriter } from './latest-writer.js'
import { writeSeries } from './write-series.js'

/** Follows a series until a signal ends it, which writes everything and rejects with INTERRUPTED. */
export async function showFollowing(
  paths: readonly string[],
  options: Pick<FollowOptions, 'from' | 'layers' | 'threads'>,
  { output, json }: { output: string | undefined; json: boolean },
): Promise<void> {
  const display = followDisplay(json)
  let isWritten = false
  const writer = new LatestWriter(async (series: CheckpointSeries) => {
    if (output === undefined) return
    try {
      await writeSeries(series, output)
      isWritten = true
    } catch (error) {
      // A disk that fills up does not end it: what was measured can no longer be measured if its files are deleted.
      if (!isWritten || !(error instanceof LayerRotationError)) throw error
      display.note(`note      ${printable(error.message)}; the next checkpoint is written again`)
    }
  })
  let series: CheckpointSeries | undefined
  /** Notes since the last checkpoint. */
  let later: string[] = []
  const onNote = (note: string) => {
    later.push(note)
    display.note(`note      ${printable(note)}`)
  }
  const follow = async (signal: AbortSignal) => {
    const onWait = (reason: string) => display.wait(reason)
    for await (series of followCheckpoints(paths, { ...options, signal, onNote, onWait })) {
      later = []
      display.checkpoint(series)
      writer.push(series)
    }
  }
  const finish = async () => {
    const whole = series && { ...series, notes: [...series.notes, ...later] }
    display.end(whole)
    await writer.end()
    if (whole === undefined || output === undefined) return
    const lines = await writeSeries(whole, output)
    if (!json) print(...lines)
  }
  const work = async (signal: AbortSignal) => {
    try {
      await follow(signal)
    } catch (error) {
      await finish()
      if (!(error instanceof LayerRotationError && error.code === 'INTERRUPTED')) throw error
      const measured = series?.checkpoints.length ?? 0
      throw new LayerRotationError('INTERRUPTED', `stopped after ${count(measured, 'checkpoint')}`, { cause: error })
    }
  }
  await interruptible(work, {
    note: (line) => display.note(line),
    stopping: () => 'Stopping after this checkpoint',
  })
}
