import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeStudyReport } from '../../src/report/study/write-study-report.js'
import { openStudy } from '../../src/study/open-study.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { recordedStudy } from '../study/recorded-study.js'
import { smallBase } from '../study/small-base.js'

const axes = { 'learningRate.initial': [1 / 3 ** 3, 1 / 3 ** 2], seed: [1, 2] }

const textOf = (page: string) =>
  page
    .replace(/<(svg|style)[^]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')

describe('the report on a study', () => {
  test('has the groups with mean and deviation, the selection, the runs and the figures', async () => {
    const folder = await recordedStudy({ name: 'report', base: smallBase, axes }, (_, i) => ({
      testAccuracy: 0.8 + i / 100,
      rotation: 0.3 + i / 10,
      valAccuracy: () => (i < 2 ? 0.5 : 0.7),
    }))
    const path = await writeStudyReport(await openStudy(folder))
    expect(path).toBe(join(folder, 'report.html'))
    const page = readFileSync(path, 'utf8')
    const text = textOf(page)
    expect(text).toContain('4 runs along learning rate (2 values) and seed (2 values).')
    // Means and sample deviations of 80 and 81, 82 and 83, each 1 / √2.
    expect(text).toContain('3⁻³ 2 80.50 ± 0.71 99.00 ± 0.00 1.5 ± 0 1 ± 0 0.292 ± 0.059 0.350 ± 0.071 0.233 ± 0.047')
    expect(text).toContain('3⁻² 2 82.50 ± 0.71')
    expect(text).toContain('learning rate – 3⁻² 2 70.00 ± 0.00 20.63 ± 0.18 2')
    expect(text).toContain('Some processor')
    expect(text).not.toContain('finished; ')
    const figures = ['accuracy-by-axis', 'accuracy-by-epoch', 'accuracy-by-rotation', 'rotation-by-epoch']
    expect(readdirSync(join(folder, 'figures')).sort()).toEqual(
      [...figures, 'rotation-by-layer'].flatMap((name) => [`${name}.png`, `${name}.svg`]),
    )
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('leads to the folder of each run that has begun, from wherever it is', async () => {
    const folder = await recordedStudy({ name: 'links', base: smallBase, axes }, (_, i) => (i === 0 ? {} : undefined))
    const into = join(temporaryFolder(), 'a folder')
    const page = readFileSync(await writeStudyReport(await openStudy(folder), into), 'utf8')
    const links = [...page.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => decodeURIComponent(href!))
    expect(links).toHaveLength(1)
    expect(existsSync(resolve(into, links[0]!, 'metrics.csv'))).toBe(true)
  })

  test('escapes all that comes from files', async () => {
    const hostile = '</title><script>alert(1)</script><img src=x onerror="alert(1)">'
    const base = ({ [hostile]: value }: Record<string, unknown>) => ({ ...smallBase, seed: value === hostile ? 1 : 2 })
    const folder = await recordedStudy(
      { name: 'hostile', base, axes: { [hostile]: [hostile, 'b'], constructor: ['c'] } },
      (_, i) => (i === 0 ? { status: { status: 'failed', reason: hostile, warnings: [hostile] } } : {}),
    )
    const page = readFileSync(await writeStudyReport(await openStudy(folder)), 'utf8')
    expect(page).not.toMatch(/<script|<img/i)
    expect(page.match(/<\/title>/g)).toHaveLength(1)
    expect(textOf(page)).toContain('&lt;script&gt;')
  })

  test('knows the axes of the study', async () => {
    const folder = await recordedStudy({ name: 'axes', base: smallBase, axes }, () => undefined)
    const study = await openStudy(folder)
    expect(await failure(() => writeStudyReport(study, folder, { x: 'learningRate.intial' }))).toBe(
      'INVALID_CONFIG: the study axes has no axis "learningRate.intial"; did you mean "learningRate.initial"?',
    )
    expect(await failure(() => writeStudyReport(study, folder, { y: 'seed' } as never))).toMatch(/^INVALID_CONFIG/)
    expect(await failure(() => writeStudyReport(study, ''))).toMatch(/^INVALID_CONFIG: writeStudyReport: into/)
    expect(existsSync(join(folder, 'report.html'))).toBe(false)
  })
})
