import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkpointLayout, encodeCheckpoint, readCheckpoint } from '../../../src/run/checkpoint-files.js'
import { whole } from '../../run/whole-checkpoint.js'
import { expectRefusal, type Target } from '../target.js'

const names = Object.values(checkpointLayout)
const sound = new Map(
  Array.from(encodeCheckpoint(whole), ([name, content]) => [
    name,
    typeof content === 'string' ? Buffer.from(content) : Buffer.concat(content),
  ]),
)

/** A file of a checkpoint, which one the first byte says, beside sound ones. */
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
    for (const [name, bytes] of sound) writeFileSync(join(place, name), name === changed ? input.subarray(1) : bytes)
    return expectRefusal(() => readCheckpoint(place))
  },
}
