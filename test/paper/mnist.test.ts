import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repeatPaper } from '../../src/paper/repeat.js'
import type { PaperSummary } from '../../src/paper/summary.js'
import { openRun, type Run } from '../../src/run/open-run.js'
import { nominalRate } from '../../src/schedule/nominal-rate.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const rates = [3 ** -2, 3 ** -2.5, 3 ** -3, 3 ** -4]
const names = ['accuracy', 'features', 'loss', 'rotation-by-layer', 'rotation-by-run']
const figures = names.flatMap((name) => [`${name}.png`, `${name}.svg`])

const readSummary = (folder: string) => JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as PaperSummary
const runFolders = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('rate-'))

describe('the MNIST experiment of the paper, shortened', () => {
  test('trains the four rates and compares them; a second call that is stopped keeps what it has finished', async () => {
    const runsFolder = temporaryFolder()
    const started: number[] = []
    const trained: Run[] = []
    const { folder, summary, report } = await repeatPaper('mnist', {
      runsFolder,
      epochs: 1,
      onTraining: ({ index, count, config }) => {
        expect([index, count]).toEqual([started.length, 4])
        started.push(nominalRate(config.learningRate)!)
      },
      onTrained: (_, run, row) => {
        trained.push(run)
        expect(readSummary(join(runsFolder, 'paper-mnist')).rows.at(-1)).toEqual(row)
      },
    })

    expect(folder).toBe(join(runsFolder, 'paper-mnist'))
    expect(started).toEqual(rates)
    expect(readSummary(folder)).toEqual(summary)
    expect(summary.rows.map(({ learningRate }) => learningRate)).toEqual(rates)
    expect(summary.rows.map(({ expected }) => expected)).toEqual([
      { testAccuracy: 96.75, trainAccuracy: 100, rotation: { dense0: 0.898 } },
      { testAccuracy: 96.6, trainAccuracy: 100, rotation: { dense0: 0.603 } },
      { testAccuracy: 96.54, trainAccuracy: 100, rotation: { dense0: 0.303 } },
      { testAccuracy: 95.81, trainAccuracy: 100, rotation: { dense0: 0.109 } },
    ])
    // An epoch has five steps, each of which turns a layer by arctan ρ: no further than five times that, and no less
    // than the half of what five steps in unrelated directions would do.
    for (const { learningRate, rotation, testAccuracy, trainAccuracy, seconds } of summary.rows) {
      const angle = Math.atan(learningRate!)
      expect(rotation['dense0']).toBeLessThan(1 - Math.cos(5 * angle))
      expect(rotation['dense0']).toBeGreaterThan((1 - Math.cos(angle) ** 5) / 2)
      expect(Object.keys(rotation)).toEqual(['dense0', 'dense1'])
      expect(testAccuracy).toBeGreaterThan(20)
      expect(testAccuracy).toBeLessThanOrEqual(100)
      expect(trainAccuracy).toBeGreaterThan(50)
      expect(seconds).toBeGreaterThan(0)
    }

    // The summary says what the run folders hold.
    const folders = runFolders(folder)
    expect(folders.map((name) => name.slice(0, -11)).sort()).toEqual([
      'rate-0.01235_epochs-1_seed-1',
      'rate-0.03704_epochs-1_seed-1',
      'rate-0.06415_epochs-1_seed-1',
      'rate-0.1111_epochs-1_seed-1',
    ])
    const start = await trained[0]!.weights('initial')
    for (const [i, { folder }] of trained.entries()) {
      const run = await openRun(folder)
      expect(run.status.status).toBe('finished')
      expect(run.metrics).toHaveLength(1)
      expect(run.metrics[0]!.testAccuracy! * 100).toBeCloseTo(summary.rows[i]!.testAccuracy, 3)
      expect(run.rotation.layer('dense0').at(-1)).toBe(summary.rows[i]!.rotation['dense0'])
      expect((await run.weights('initial')).get('dense0.weight')).toEqual(start.get('dense0.weight'))
    }

    // The report gives every number of the summary, and warns that it is a trial.
    const page = readFileSync(report, 'utf8')
    expect(report).toBe(join(folder, 'report.html'))
    for (const { testAccuracy, trainAccuracy, rotation, expected } of summary.rows) {
      for (const number of [
        testAccuracy.toFixed(2),
        trainAccuracy.toFixed(2),
        rotation['dense0']!.toFixed(3),
        expected.testAccuracy!.toFixed(2),
        expected.rotation!['dense0']!.toFixed(3),
      ]) {
        expect(page).toContain(`>${number}</td>`)
      }
    }
    expect(page).toContain('a trial of 1 of 100 epochs')
    expect(readdirSync(join(folder, 'figures')).sort()).toEqual(figures)

    const stop = new AbortController()
    const again = await failure(() =>
      repeatPaper('mnist', {
        runsFolder,
        epochs: 1,
        seed: 2,
        signal: stop.signal,
        onStart: ({ config }) => {
          if (nominalRate(config.learningRate) === rates[1]) stop.abort()
        },
      }),
    )
    expect(again).toMatch(/^INTERRUPTED: /)
    expect(runFolders(folder)).toHaveLength(6)
    const kept = readSummary(folder).rows
    expect(kept.map(({ learningRate }) => learningRate)).toEqual([rates[0]])
    expect(kept[0]!.testAccuracy).not.toBe(summary.rows[0]!.testAccuracy)
    expect(readFileSync(report, 'utf8')).toContain(`>${kept[0]!.testAccuracy.toFixed(2)}</td>`)

    // The same call goes on: it passes over the first training, resumes the second and trains the others.
    const begun: number[] = []
    const resumed = await repeatPaper('mnist', {
      runsFolder,
      epochs: 1,
      seed: 2,
      onStart: ({ config }) => void begun.push(nominalRate(config.learningRate)!),
    })
    expect(begun).toEqual(rates.slice(1))
    expect(resumed.summary.rows[0]).toEqual(kept[0])
    expect(resumed.summary.rows).toHaveLength(4)
    expect(runFolders(folder)).toHaveLength(8)
  }, 300_000)

  test('writes no summary before a training has finished', async () => {
    const runsFolder = temporaryFolder()
    const stop = new AbortController()
    const stopped = failure(() =>
      repeatPaper('mnist', { runsFolder, epochs: 1, signal: stop.signal, onStart: () => stop.abort() }),
    )
    expect(await stopped).toMatch(/^INTERRUPTED: /)
    const folder = join(runsFolder, 'paper-mnist')
    expect(runFolders(folder)).toHaveLength(1)
    expect(existsSync(join(folder, 'summary.json'))).toBe(false)
    expect(existsSync(join(folder, 'report.html'))).toBe(false)
  })
})
