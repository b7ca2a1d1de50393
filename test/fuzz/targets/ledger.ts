import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paperPerceptron } from '../../../src/experiment/presets.js'
import { testClaims } from '../../../src/paper/claims/test-claims.js'
import { weightDecay } from '../../../src/paper/experiments/weight-decay.js'
import { paperStudy } from '../../../src/paper/paper-study.js'
import { keepLedger } from '../../../src/study/keep-ledger.js'
import { openStudy } from '../../../src/study/open-study.js'
import { selectByValidation } from '../../../src/study/selection.js'
import type { StudyConfig } from '../../../src/study/study-config.js'
import { study } from '../../../src/study/study.js'
import { studyGroups } from '../../../src/study/study-groups.js'
import { writeStudyTables } from '../../../src/study/study-tables.js'
import { expectRefusal, type Target } from '../target.js'

const rates = study({
  name: 'rates',
  base: { ...paperPerceptron(), epochs: 2 },
  axes: { 'learningRate.initial': [0.1, 0.01], optimizer: [{ type: 'sgd' }, { type: 'adam' }], seed: [1, 2] },
})

/** The ledger of a study: ledger.json in its folder, which other programs may have written. */
export const ledger: Target = {
  seeds: async () => [await ledgerOf(rates), await ledgerOf(paperStudy(weightDecay, { scale: 'laptop' }).first)],
  tokens: [
    '"__proto__":{"polluted":1},',
    '"folder":"../../etc/passwd"',
    '"folder":"/"',
    '"format":2',
    '"base":99',
    '"points":[]',
    '"axes":["seed","seed"]',
    '"seed":-1',
    '"values":{}',
    '"experiment":0',
    '1e999',
    'null',
    '[[[[',
    '\\u0000',
  ],
  run: (input, folder) => {
    const place = join(folder, 'study')
    rmSync(place, { recursive: true, force: true })
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'ledger.json'), input)
    return expectRefusal(async () => {
      const found = await openStudy(place)
      studyGroups(found)
      selectByValidation(found)
      await writeStudyTables(found, place)
      if (found.name.startsWith('paper-')) await testClaims([place])
    })
  },
}

async function ledgerOf(config: StudyConfig): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-ledger-'))
  try {
    await keepLedger(config, folder)
    return readFileSync(join(folder, 'ledger.json'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
