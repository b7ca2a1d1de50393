import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkpointLayout, readCheckpoint } from '../../../src/run/checkpoint-files.js'
import { filesOf, sealed, whole } from '../../run/whole-checkpoint.js'
import { expectRefusal, type Target } from '../target.js'

const names = Object.values(checkpointLayout)
const sound = await filesOf(whole)

/** A file of a checkpoint, which one the first byte says, beside sound ones; the checksums are those of the files. */
export const checkpoint: Target = {
  seeds: () => names.map((name, i) => Buffer.concat([Buffer.of(i), sound.get(name)!])),
  tokens: [
    ...['"__proto__":', '"part":null', '"pending":null', '"records":', '"planned":', '"layers":[', '"version":'],
    ...['"dtype"', '"F64"', '"F32"', 'part.columns.', 'optimizer.', 'lastEpoch.', 'runningMeans', 'part.steps'],
  ],
  run: (input, folder) => {
    const place = join(folder, 'checkpoint')
    mkdirSync(place, { recursive: true })
    const changed = names[(input[0] ?? 0) % names.length]!
    const files = sealed(new Map([...sound, [changed, input.subarray(1)]]))
    for (const [name, bytes] of files) writeFileSync(join(place, name), bytes)
    return expectRefusal(() => readCheckpoint(place))
  },
}
