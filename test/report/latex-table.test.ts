import { describe, expect, test } from 'vitest'
import { latex } from '../../src/report/latex.js'
import { latexTable } from '../../src/report/latex-table.js'
import { openStudy } from '../../src/study/open-study.js'
import { syntheticRun } from '../figure/synthetic-run.js'
import { recordedStudy } from '../study/recorded-study.js'
import { smallExperiment } from '../train/small-experiment.js'

test.each([
  ['50 % of a_b & c#1', '50 \\% of a\\_b \\& c\\#1'],
  ['\\input{/etc/passwd}$x^2~', '\\textbackslash{}input\\{/etc/passwd\\}\\$x\\textasciicircum{}2\\textasciitilde{}'],
  ['3⁻²·⁵', '$3^{-2.5}$'],
  ['10⁻¹²', '$10^{-12}$'],
  ['α 0.5 … Müller', '$\\alpha$ 0.5 \\ldots{} Müller'],
  ['a\nb', 'a\\textbackslash{}nb'],
])('%j becomes %j, without a command of its own', (text, expected) => {
  expect(latex(text)).toBe(expected)
})

describe('a table', () => {
  test('has a row for each run, the largest rate first', () => {
    const runs = [3 ** -3, 3 ** -2].map((rate) => syntheticRun({ rate, epochs: 10 }))
    const mean = (rate: number) =>
      [1, 1.5].reduce((sum, slower) => sum + 1 - Math.cos(Math.atan(rate)) ** (50 / slower), 0) / 2
    const accuracy = (rate: number) => 100 * (0.968 - 0.3 * Math.exp(-10 * rate))
    const row = (exponent: number) => {
      const rate = 3 ** -exponent
      return `  $3^{-${exponent}}$ & $${accuracy(rate).toFixed(2)}$ & $${mean(rate).toFixed(3)}$ & 10 \\\\`
    }
    expect(latexTable(runs).split('\n')).toEqual([
      '% \\usepackage{booktabs}',
      '\\begin{tabular}{lrrr}',
      '  \\toprule',
      '  learning rate & test accuracy (\\%) & mean rotation & epochs \\\\',
      '  \\midrule',
      row(2),
      row(3),
      '  \\bottomrule',
      '\\end{tabular}',
      '',
    ])
  })

  test('has the means of the groups of a study, and their sample standard deviations', async () => {
    const axes = { batchSize: [8, 16], seed: [1, 2, 3] }
    const folder = await recordedStudy({ name: 'sizes', base: smallExperiment, axes }, (_, i) =>
      // The third run of the second group has not begun.
      i === 5 ? undefined : { testAccuracy: [0.8, 0.9, 0.85, 0.7, 0.72][i]! },
    )
    const rows = latexTable(await openStudy(folder))
      .split('\n')
      .slice(3, -3)
    expect(rows[0]).toBe('  batch size & $n$ & test accuracy (\\%) & mean rotation & epochs \\\\')
    // The deviations are √(2 · 5² / 2) = 5 and √(2 · 1²) = 1.41.
    expect(rows[2]).toMatch(/^ {2}8 & 3 & \$85\.00 \\pm 5\.00\$ & \$[\d.]+ \\pm 0\.000\$ & 3 \\\\$/)
    expect(rows[3]).toMatch(/^ {2}16 & 2 & \$71\.00 \\pm 1\.41\$ & /)
  })
})
