import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { written } from '../../checkpoints/written/expected.js'
import { readTensors } from '../read-tensors.js'
import { expectRefusal, type Target } from '../target.js'

const at = written('distributed-rows/step0')
const names = ['.metadata', '__0_0.distcp', '__1_0.distcp'] as const

/** A file of a distributed checkpoint, which one the first byte says, beside sound ones. */
export const distributedCheckpoint: Target = {
  seeds: () => names.map((name, i) => Buffer.concat([Buffer.of(i), readFileSync(join(at, name))])),
  tokens: [
    ...['state_dict_metadata', 'storage_data', 'planner_data', 'chunks', 'offsets', 'sizes', 'relative_path', 'length'],
    ...['__0_0.distcp', '\x94', '\x93', '\x85', '\x86', 'N', 'K\x00', '}', ')', '\x81', 'b'],
  ],
  run: (input, folder) => {
    const place = join(folder, 'step0')
    mkdirSync(place, { recursive: true })
    const changed = names[(input[0] ?? 0) % names.length]!
    for (const name of names) {
      writeFileSync(join(place, name), name === changed ? input.subarray(1) : readFileSync(join(at, name)))
    }
    return expectRefusal(() => readTensors(place))
  },
}
