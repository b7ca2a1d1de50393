import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { partsAfter, readCursor, rewound } from '../../../src/loggers/cursor.js'
import type { LoggedRun, Row } from '../../../src/loggers/logged-run.js'
import { bytesOf, expectRefusal, type Target } from '../target.js'

const row = (step: number): Row => ({ step, time: step, values: [['a', 1], ['b', 2], ['c', 3]] }) // prettier-ignore

/** A run of three epochs that was resumed once. */
const logged: LoggedRun = {
  run: undefined as never, // of no use to a cursor
  metrics: [row(10), row(20), row(30)],
  columns: ['rotation'],
  layerRows: 6,
  *layersFrom(index) {
    for (const step of [1, 10, 11, 20, 21, 30].slice(index)) yield row(step)
  },
  resumptions: [20],
}

/** loggers/<name>.json, from which a logger goes on. */
export const cursor: Target = {
  seeds: () => {
    const sent = { metrics: 2, numbers: 1, layers: 3, resumed: 0, status: 'running' }
    const tensorboard = { file: 'events.out.tfevents.1.host.2', bytes: 100, hasLayout: true }
    const mlflow = { tag: 'a1', experimentId: '1', runId: 'ab', artifacts: 'file:///a', hasParameters: true, files: 0 }
    return [sent, { ...sent, status: null, tensorboard }, { ...sent, mlflow }].map((one) =>
      bytesOf(JSON.stringify(one)),
    )
  },
  tokens: [
    '"metrics":',
    '"layers":',
    '"resumed":',
    '9007199254740993',
    '-1',
    '1e999',
    '__proto__',
    '../',
    'null',
    '{}',
  ],
  run: (input, folder) => {
    const file = join(folder, 'tensorboard.json')
    writeFileSync(file, input)
    return expectRefusal(async () => {
      const found = await readCursor(file)
      if (found === undefined) throw new Error('the file is not seen')
      const parts = [...partsAfter(logged, rewound(found, logged), 4)]
      const numbers = parts.reduce((sum, { rows }) => sum + rows.reduce((all, { values }) => all + values.length, 0), 0)
      if (numbers > 3 * 9) throw new Error(`${numbers} numbers would be sent of a run that has 27`)
    })
  },
}
