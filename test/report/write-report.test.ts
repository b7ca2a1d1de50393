import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isEarlierReport } from '../../src/report/earlier-report.js'
import { writeReport } from '../../src/report/write-report.js'
import { RotationTable } from '../../src/rotation/rotation-table.js'
import type { Run } from '../../src/run/open-run.js'
import { cifar10 } from '../../src/data/cifar/cifar10.js'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { decoupledWeightDecay } from '../../src/regularization/decoupled-weight-decay.js'
import { vgg25 } from '../../src/model/zoo/paper-vgg.js'
import { resnet18 } from '../../src/model/zoo/pytorch-resnet.js'
import { syntheticRun } from '../figure/synthetic-run.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const dense0: Run['weights'] = () =>
  Promise.resolve(
    new Map([
      ['dense0.weight', { shape: [10, 784], data: Float32Array.from({ length: 7840 }, (_, i) => Math.sin(i)) }],
    ]),
  )

async function report(...[runs, folder, options]: Parameters<typeof writeReport>): Promise<string> {
  return readFileSync(await writeReport(runs, folder, options), 'utf8')
}

describe('a report', () => {
  test('on several runs holds the numbers of each', async () => {
    const runs = [3 ** -2, 3 ** -3].map((rate) => syntheticRun({ rate }))
    const page = await report(runs, temporaryFolder())
    for (const { metrics, rotation } of runs) {
      const last = metrics.at(-1)
      for (const number of [
        ((last?.testAccuracy ?? 0) * 100).toFixed(2),
        ((last?.trainAccuracy ?? 0) * 100).toFixed(2),
        String(Number(last?.testLoss?.toPrecision(4))),
        String(Number(last?.trainLoss.toPrecision(4))),
        rotation.layer('dense0').at(-1)?.toFixed(3),
        rotation.layer('dense1').at(-1)?.toFixed(3),
      ]) {
        expect(page).toContain(`>${number}</td>`)
      }
    }
    expect(page).toContain('50 s')
    expect(page).toContain('1,000 training images a class')
    expect(page).toContain('flatten → dense0 (784) → batchNorm0 → relu0 → dense1 (10)')
    expect(page).toContain('Layca on SGD, no momentum')
    expect(page).toContain('3⁻², constant')
    expect(page).toContain('Synthetic processor')
    expect(page.match(/&quot;batchSize&quot;: 2048/g)).toHaveLength(2)
  })

  test('on a run with a validation split names its best epoch, and top-5 accuracies', async () => {
    const run = syntheticRun({ validates: true, epochs: 20 })
    const page = await report([run], temporaryFolder())
    expect(run.best?.epoch).toBe(10)
    const cells = ['10', '90.00', (100 * run.best!.testAccuracy!).toFixed(2)]
    expect(page.replace(/\s+/g, ' ')).toContain(
      `<td class="starts">${cells[0]}</td> <td>${cells[1]}</td> <td>${cells[2]}</td>`,
    )
    expect(page).toContain('best on validation')
    expect(page).toContain('>98.76</td>')
    expect(page).toContain('10 % of the training images')
    const without = await report([syntheticRun()], temporaryFolder())
    for (const text of ['best on validation', 'top-5', '<dt>validation</dt>']) expect(without).not.toContain(text)
  })

  test('describes the settings that are not the usual ones', async () => {
    const settings: Partial<ExperimentConfig> = {
      normalization: 'channel',
      augmentation: {
        shift: 4,
        flip: true,
        crop: null,
        randAugment: null,
        cutout: 8,
        randomErasing: null,
        mixing: null,
      },
      loss: { type: 'kerasCrossEntropy' },
      optimizer: layca(adam(), { per: 'neuron' }),
      regularization: { type: 'l2', factor: 1e-3, except: ['dense1'] },
      groups: [
        { match: { kind: 'bias' }, trained: true },
        { match: { layers: ['dense?'], parameters: ['*.weight'] }, rate: 0.5, weightDecay: 0.01 },
      ],
      batches: 'kerasSequence',
      precision: 'bf16',
      initialWeights: 'start.safetensors',
    }
    const run = syntheticRun({ config: settings })
    const page = (await report([run], temporaryFolder())).replace(/\s+/g, ' ')
    for (const text of [
      'of each channel by itself',
      'shifts of up to 4 pixels, flips and cutout of 8 × 8 pixels',
      'Keras&#39;s clipped cross-entropy',
      'L2 0.001 on the layers except dense1',
      'Layca (per neuron) on Adam',
      'bias: trained; dense? *.weight: rate times 0.5, weight decay 0.01',
      '2,048, whole batches an epoch as in Keras',
      'bf16 channelsLast',
      'from start.safetensors',
    ]) {
      expect(page).toContain(`<div>${text}</div>`)
    }
    const decoupled = syntheticRun({ config: { regularization: decoupledWeightDecay(0.05) } })
    expect(await report([decoupled], temporaryFolder())).toContain('decoupled weight decay 0.05 on the layers')
  })

  test('names a deep model by its size', async () => {
    const run = syntheticRun({ config: { data: cifar10(), model: vgg25() } })
    expect(await report([run], temporaryFolder())).toContain(
      '<div>vgg25, 25 convolutions and dense layers, 4,307,296 parameters</div>',
    )
  })

  test('compares several runs, and draws a single one by itself', async () => {
    const folder = temporaryFolder()
    const runs = [3 ** -2, 3 ** -3].map((rate) => syntheticRun({ rate, weights: dense0 }))
    await writeReport(runs, folder)
    const names = (figures: string[]) => figures.flatMap((name) => [`${name}.png`, `${name}.svg`])
    expect(readdirSync(join(folder, 'figures')).sort()).toEqual(
      names(['accuracy', 'features', 'loss', 'rotation-by-layer', 'rotation-by-run']),
    )
    const alone = temporaryFolder()
    await writeReport(runs.slice(0, 1), alone)
    expect(readdirSync(join(alone, 'figures')).sort()).toEqual(
      names(['accuracy', 'features', 'loss', 'rotation-by-layer']),
    )
  })

  test('is one file that loads and runs nothing', async () => {
    const page = await report([syntheticRun({ weights: dense0 })], temporaryFolder())
    expect(page).toMatch(/^<!doctype html>/i)
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`)
    expect(page).not.toMatch(/<script|<link|<iframe|@import/i)
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address = '']) => address)
    expect(addresses.length).toBeGreaterThan(0)
    expect(addresses.every((address) => address.startsWith('data:image/png;base64,'))).toBe(true)
    expect(page.match(/<svg role="img" aria-label="[^"]+"/g)).toHaveLength(4)
    expect(page.match(/<figcaption>/g)).toHaveLength(4)
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('escapes all that comes from files', async () => {
    const hostile = '</title></style></pre><script>alert(1)</script><img src=x onerror="alert(1)">'
    const run = syntheticRun({ rate: 0.1, folder: `/runs/${hostile}` })
    run.config.name = hostile
    run.config.data = { type: 'mnist', folder: hostile, perClass: null }
    run.config.device = hostile
    run.environment = {
      ...run.environment,
      cpu: hostile,
      libtorch: hostile,
      device: hostile,
      deviceDescription: hostile,
    }
    run.status = { ...run.status, status: 'failed', reason: hostile }
    const other = syntheticRun({ rate: 0.1, layers: [hostile, `${hostile}2`] })
    const page = await report([run, other], temporaryFolder(), { lead: hostile })
    expect(page).not.toMatch(/<script|<img/i)
    expect(page.match(/<\/style>/g)).toHaveLength(1)
    expect(page.match(/<\/title>/g)).toHaveLength(1)
  })

  test('says of a run that it did not finish', async () => {
    const interrupted = syntheticRun({ rate: 0.1, epochs: 100 })
    interrupted.status = { ...interrupted.status, status: 'interrupted', epoch: 37.4, reason: 'SIGINT' }
    const killed = syntheticRun({ rate: 0.2 })
    killed.status = { ...killed.status, status: 'running', epoch: 12 }
    killed.stale = true
    const running = syntheticRun({ rate: 0.3 })
    running.status = { ...running.status, status: 'running', epoch: 3 }
    const notices = (await report([interrupted, killed, running], temporaryFolder()))
      .split('class="notice"')
      .slice(1)
      .map((part) =>
        part
          .slice(1, part.indexOf('</p>'))
          .replace(/<[^>]*>/g, '')
          .replace(/\s+/g, ' ')
          .trim(),
      )
    expect(notices).toEqual([
      '0.3 is still running after 3 of 100 epochs',
      '0.2 ended without giving a reason after 12 of 100 epochs',
      '0.1 was interrupted after 37.4 of 100 epochs: SIGINT',
    ])
  })

  test('is written for a run without a finished epoch, without figures', async () => {
    const folder = temporaryFolder()
    const run = syntheticRun({ epochs: 0, config: { epochs: 3 } })
    const page = await report([run], folder)
    expect(page).not.toContain('<figure')
    expect(page).not.toContain('NaN')
    expect(page).toContain('>–</td>')
  })

  test('of five networks of 112 layers stays below 3 MB', async () => {
    const layers = Array.from({ length: 112 }, (_, i) => `conv${i}`)
    const runs = [1, 2, 3, 4, 5].map((i) => syntheticRun({ rate: 3 ** -(1 + i / 2), epochs: 200, layers }))
    const page = await report(runs, temporaryFolder())
    expect(page.length).toBeLessThan(3e6)
    expect(page).toContain('>smallest</th>')
  })

  test('on a run with a layer that has no rotation gives the numbers of the others, and says so', async () => {
    const layers = ['a', 'b', 'c', 'd', 'e', 'f']
    const rotation = new RotationTable(layers, [0, 1], [layers.map(() => 0), [0.5, NaN, 0.1, 0.3, 0.3, 0.3]])
    const page = await report([{ ...syntheticRun({ layers }), rotation }], temporaryFolder())
    const text = page.replace(/\s+/g, ' ')
    expect(text).toContain('<td>0.300</td><td>0.100</td><td>0.500</td>')
    expect(text).toMatch(/The rotation of [^<]+ is that of 5 of 6 layers: the others began at 0\./)
    expect(await report([syntheticRun({ layers })], temporaryFolder())).not.toContain('began at 0')
  })

  test('on forty runs lists each and draws them together', async () => {
    const folder = temporaryFolder()
    const runs = Array.from({ length: 40 }, (_, i) => syntheticRun({ rate: 0.1 / (i + 1), epochs: 3 }))
    const page = await report(runs, folder)
    expect(page.match(/<th scope="row">/g)).toHaveLength(40)
    expect(page).toContain('Drawn are 24 of the 40 runs, evenly spread over their order.')
    expect(readdirSync(join(folder, 'figures'))).toHaveLength(8)
  })

  test('on different networks labels them in a word', async () => {
    const models = [vgg25(), resnet18()]
    const page = await report(
      models.map((model) => syntheticRun({ epochs: 3, config: { data: cifar10(), model } })),
      temporaryFolder(),
    )
    expect([...page.matchAll(/<th scope="row">([^<]*)</g)].map(([, label]) => label)).toEqual(['vgg25', 'resnet18'])
    const widths = [...page.matchAll(/<svg [^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width))
    expect(Math.max(...widths)).toBeLessThanOrEqual(680)
  })

  test('replaces an earlier one', async () => {
    const folder = temporaryFolder()
    await writeReport([syntheticRun({ name: 'first' })], folder)
    const page = await report([syntheticRun({ name: 'second' })], folder)
    expect(page).toContain('<h1>second</h1>')
    expect(readdirSync(folder).sort()).toEqual(['figures', 'report.html'])
  })

  test('follows no link that waits in its folder', async () => {
    const folder = temporaryFolder()
    const elsewhere = temporaryFolder()
    const theirs = join(elsewhere, 'theirs')
    writeFileSync(theirs, 'theirs')
    for (const name of ['report.html', 'report.html.tmp']) symlinkSync(theirs, join(folder, name))
    await writeReport([syntheticRun({})], folder)
    expect(lstatSync(join(folder, 'report.html')).isFile()).toBe(true)

    rmSync(join(folder, 'figures'), { recursive: true })
    symlinkSync(elsewhere, join(folder, 'figures'))
    expect(await failure(() => writeReport([syntheticRun({})], folder))).toBe(
      `INVALID_FILE: ${folder}/figures is not a folder; expected one, not a link`,
    )
    expect(readdirSync(elsewhere)).toEqual(['theirs'])
    expect(readFileSync(theirs, 'utf8')).toBe('theirs')
  })

  test('and another one at the same time leave one whole report', async () => {
    const folder = temporaryFolder()
    const runs = ['first', 'second'].map((name) => syntheticRun({ name }))
    await Promise.all(runs.map((run) => writeReport([run], folder)))
    expect(readdirSync(folder).sort()).toEqual(['figures', 'report.html'])
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toMatch(/<h1>(first|second)<\/h1>[^]*<\/html>/)
    expect(readdirSync(join(folder, 'figures')).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('stays in its folder if the program changes its working directory', async () => {
    const [before, folder, other] = [process.cwd(), temporaryFolder(), temporaryFolder()]
    onTestFinished(() => process.chdir(before))
    process.chdir(folder)
    const report = writeReport([syntheticRun({})], 'report')
    process.chdir(other)
    expect(await report).toBe(join(folder, 'report', 'report.html'))
    expect(readdirSync(other)).toEqual([])
  })

  test('tells what it left behind from runs', async () => {
    const folder = temporaryFolder()
    const runs = [0.1, 0.2].map((rate) => syntheticRun({ rate, epochs: 3 }))
    await writeReport(runs, join(folder, 'comparison'))
    await writeReport(runs, folder)
    mkdirSync(join(folder, 'run'))
    writeFileSync(join(folder, 'run', 'config.json'), '{}')
    await writeReport(runs, join(folder, 'run'))
    const names = readdirSync(folder).sort()
    expect(names).toEqual(['comparison', 'figures', 'report.html', 'run'])
    expect(await Promise.all(names.map((name) => isEarlierReport(join(folder, name))))).toEqual([
      true,
      true,
      true,
      false,
    ])
    expect(await isEarlierReport(join(folder, 'none'))).toBe(false)
  })

  test('needs a run', async () => {
    expect(await failure(() => writeReport([], temporaryFolder()))).toMatch(/^INVALID_CONFIG: no runs/)
  })
})
