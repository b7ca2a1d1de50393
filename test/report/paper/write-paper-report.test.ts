import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { alphaMultiplierFigure } from '../../../src/figure/paper/alpha-multipliers.js'
import { writePaperReport, type PaperReport } from '../../../src/report/paper/write-paper-report.js'
import { openStudy } from '../../../src/study/open-study.js'
import { recordedStudy } from '../../study/recorded-study.js'
import { smallBase } from '../../study/small-base.js'

const axes = { 'learningRate.initial': [1 / 3 ** 3, 1 / 3 ** 2], seed: [1, 2] }

const report: PaperReport = {
  title: 'An experiment',
  question: 'Does it hold?',
  scale: 'The trainings have the paper’s size.',
  comparison: [
    {
      title: 'effect (points)',
      names: ['task', 'method'],
      numbers: ['ours', 'n', 'published'],
      rows: [
        { names: ['tiny-CNN', 'SGD+L2'], numbers: ['8.00 ± 1.00', '2', '7.78'], sameSign: true },
        { names: ['tiny-CNN', '<b>'], numbers: ['–', '0', '–'], sameSign: null },
      ],
    },
    {
      title: 'test accuracy (%)',
      names: ['task'],
      numbers: ['ours'],
      rows: [{ names: ['tiny-CNN'], numbers: ['50.00'] }],
    },
  ],
  notes: ['ours: mean ± standard deviation.'],
  disagreements: ['The figure is compared.'],
  figures: [alphaMultiplierFigure([-0.6, 0.6], 3)!],
}

const pageOf = async (content: PaperReport, outcomes: number) => {
  const folder = await recordedStudy({ name: 'paper', base: smallBase, axes }, (_, i) =>
    i < outcomes ? {} : undefined,
  )
  const page = readFileSync(await writePaperReport(await openStudy(folder), content), 'utf8')
  return {
    folder,
    page,
    text: page
      .replace(/<(svg|style)[^]*?<\/\1>/g, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' '),
  }
}

test('the report has question, comparison, disagreements, the figures of the paper, then all of the study', async () => {
  const { folder, page, text } = await pageOf(report, 4)
  const order = [
    'An experiment: ours and the paper’s',
    'Does it hold?',
    'The trainings have the paper’s size.',
    '4 runs along learning rate (2 values) and seed (2 values).',
    'Against the published numbers',
    'effect (points)',
    'task method ours n published same sign',
    'tiny-CNN SGD+L2 8.00 ± 1.00 2 7.78 yes',
    'tiny-CNN &lt;b&gt; – 0 – –',
    'test accuracy (%)',
    'ours: mean ± standard deviation.',
    'Which numbers are compared',
    'The figure is compared.',
    'Figures as the authors drew them',
    'Multipliers on the learning rates of 3 layers',
    'What was run',
    'Results',
    'Figures of the study',
    'Runs',
    'Environment',
  ]
  const places = order.map((part) => text.indexOf(part, text.indexOf('Does it hold?') - 60))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(places.filter((place) => place === -1)).toEqual([])
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const name of ['paper-alpha-multipliers', 'accuracy-by-axis']) {
    expect(existsSync(join(folder, 'figures', `${name}.svg`))).toBe(true)
    expect(existsSync(join(folder, 'figures', `${name}.png`))).toBe(true)
  }
})

test('a report without figures and disagreements has no empty sections', async () => {
  const { text } = await pageOf({ ...report, figures: [], disagreements: [] }, 0)
  expect(text).toContain('0 of 4 runs are finished; 4 not begun.')
  expect(text).not.toContain('Which numbers are compared')
  expect(text).not.toContain('Figures')
})
