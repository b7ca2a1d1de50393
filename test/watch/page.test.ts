import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type axeCore from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { experiment } from '../../src/experiment/experiment.js'
import { train } from '../../src/train/train.js'
import { watch } from '../../src/watch/watch.js'
import { start, tinyRun } from '../cli/command-line.js'
import { recordedStudy } from '../study/recorded-study.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'
import { startBrowser } from './browser.js'

let browser: Browser | string

beforeAll(async () => {
  browser = await startBrowser()
}, 300_000)

afterAll(async () => {
  if (typeof browser !== 'string') await browser?.close()
})

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Opened {
  page: Page
  /** Errors in the console, and those that nothing caught. */
  errors: string[]
}

async function open(url: string, options: { width?: number; dark?: boolean } = {}): Promise<Opened> {
  const { width = 1280, dark = false } = options
  const page = await (browser as Browser).newPage({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
  })
  onTestFinished(() => page.close())
  const errors: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(url)
  return { page, errors }
}

/** The readout of a chart under the pointer near its upper edge, `left` pixels from its left one. A chart that is drawn anew has none. */
async function readAt(page: Page, title: string, left: (size: { width: number }) => number): Promise<string | null> {
  const chart = page.locator(`section[aria-label="${title}"]`)
  const box = await chart.locator('.u-over').boundingBox()
  if (box === null) return null
  await page.mouse.move(box.x + box.width / 2, box.y + 10)
  await page.mouse.move(box.x + left(box), box.y + 12)
  return chart.locator('.readout').innerText()
}

/** The problems that axe-core calls serious or critical. */
async function seriousProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axeCore }).axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}

/** The epoch up to which the chart of the layers is drawn. */
async function drawnEpoch(page: Page): Promise<number> {
  const text = await page.locator('section[aria-label="Rotation by layer"] .readout').innerText()
  // 1,157 of a fast machine
  return Number(/epoch ([\d.,]+)/.exec(text)?.[1]?.replaceAll(',', '') ?? NaN)
}

/** Pixels of the first chart that have a hue, as only curves do. */
async function colouredPixels(page: Page): Promise<number> {
  const png = await page.locator('section[aria-label="Rotation by layer"] .u-over').screenshot()
  const pixels = await sharp(png).removeAlpha().raw().toBuffer()
  const hues = Array.from({ length: pixels.length / 3 }, (_, i) => {
    const colour = pixels.subarray(3 * i, 3 * i + 3)
    return Math.max(...colour) - Math.min(...colour)
  })
  return hues.filter((hue) => hue > 60).length
}

const soon = { timeout: 30_000, interval: 200 }

test('the page follows a training in another process to its end, through an interruption and a resumption', async ({
  skip,
}) => {
  if (typeof browser === 'string') return skip(browser)
  const folder = temporaryFolder()
  const first = await watch({ folders: [folder] })
  onTestFinished(() => first.close())
  const { page, errors } = await open(first.url)
  await page.getByText('There are no runs yet.').waitFor()

  const words = tinyRun({ epochs: 3000, record: { steps: 0 }, 'data.train': 2000 })
  const training = start([...words, '--runs', folder], { cwd: folder })
  onTestFinished(() => void training.child.kill('SIGKILL'))
  const row = page.locator('nav button.run')
  await row.getByText('running').waitFor({ timeout: 30_000 })
  // The keyboard picks the first layer, whose last value and epoch are told.
  await page.getByLabel('Layer', { exact: true }).press('ArrowRight')
  await expect.poll(() => drawnEpoch(page), soon).toBeGreaterThan(0)
  const before = await drawnEpoch(page)
  await expect.poll(() => drawnEpoch(page), soon).toBeGreaterThan(before)
  expect(await colouredPixels(page)).toBeGreaterThan(100)

  training.child.kill('SIGINT')
  expect(await training.ended).toMatchObject({ code: 130 })
  await row.getByText('interrupted').waitFor()
  const run = join(folder, 'mnist', readdirSync(join(folder, 'mnist'))[0]!)
  const resumed = start(['resume', run], { cwd: folder })
  onTestFinished(() => void resumed.child.kill('SIGKILL'))
  await row.getByText('running').waitFor({ timeout: 30_000 })
  resumed.child.kill('SIGKILL')
  // Nothing in its folder says that it has ended.
  await row.getByText('interrupted').waitFor({ timeout: 30_000 })
  expect(errors).toEqual([])

  // Another server at the same address, as after a restart of this machine.
  await first.close()
  await page.getByText('no connection').waitFor()
  const second = await watch({ folders: [folder], port: Number(new URL(first.url).port) })
  onTestFinished(() => second.close())
  await page.getByText('live', { exact: true }).waitFor({ timeout: 20_000 })
  const [last] = readFileSync(join(run, 'rotation.csv'), 'utf8').trimEnd().split('\n').at(-1)!.split(',')
  // The page draws every second of more than 2,048 epochs, and the last one may be a part.
  await expect.poll(async () => Math.abs(Number(last) - (await drawnEpoch(page))), soon).toBeLessThan(2)
  expect(errors.filter((error) => !error.includes('net::ERR_'))).toEqual([])
})

test('a run that ends shows the numbers of its files, for each layer', async ({ skip }) => {
  if (typeof browser === 'string') return skip(browser)
  const folder = temporaryFolder()
  const { ended } = start([...tinyRun({ epochs: 3 }), '--runs', folder], { cwd: folder })
  expect(await ended).toMatchObject({ code: 0 })
  const server = await watch({ folders: [folder] })
  onTestFinished(() => server.close())
  const { page, errors } = await open(server.url)
  await page.locator('nav button.run').getByText('finished').waitFor()
  await page.getByText('Numbers of each layer').click()
  await page.getByRole('columnheader', { name: 'rate', exact: true }).waitFor()
  const run = join(folder, 'mnist', readdirSync(join(folder, 'mnist'))[0]!)
  const table = (file: string) => {
    const [header, ...rows] = readFileSync(join(run, file), 'utf8').trimEnd().split('\n')
    return rows.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [header!.split(',')[i]!, cell])))
  }
  const rotation = table('rotation.csv').at(-1)!
  for (const layer of ['dense0', 'dense1']) {
    const last = table('layers.csv').findLast((row) => row['layer'] === layer)!
    const cells = page.locator('tbody tr', { has: page.getByRole('rowheader', { name: layer }) }).locator('td')
    const [shownRotation, angle, norm, gradient, rate] = (await cells.allInnerTexts()).map(Number)
    expect(shownRotation).toBeCloseTo(Number(rotation[layer]), 3)
    for (const [shown, name] of [
      [angle, 'angle'],
      [norm, 'norm'],
      [gradient, 'gradient_norm'],
      [rate, 'rate'],
    ] as const) {
      expect(shown! / Number(last[name])).toBeCloseTo(1, 2)
    }
  }
  for (const title of ['Mean rotation', 'Loss', 'Accuracy', 'Learning rate by layer', 'Angle of a step']) {
    expect(await page.locator(`section[aria-label="${title}"] canvas`).count()).toBeGreaterThan(0)
  }
  expect(errors).toEqual([])
})

test('a study: runs are filtered, laid over each other, picked by pointer and keyboard, and found again', async ({
  skip,
}) => {
  if (typeof browser === 'string') return skip(browser)
  const folder = await recordedStudy(
    { name: 'rates', base: smallExperiment, axes: { 'learningRate.initial': [3 ** -2, 3 ** -3, 3 ** -4] } },
    (_, i) => (i < 2 ? { rotation: 0.6 - i / 5 } : undefined),
  )
  const server = await watch({ folders: [folder] })
  onTestFinished(() => server.close())
  const { page, errors } = await open(server.url)
  const rows = page.locator('nav button.run')
  await page.getByText('2 finished, 1 to come').waitFor()
  await page.getByLabel('Filter runs').fill('rate 3⁻³')
  await expect.poll(() => rows.count()).toBe(1)
  await page.getByLabel('Filter runs').fill('')

  await rows.getByText('3⁻²').click()
  await page.getByRole('button', { name: 'Lay rates, learning rate 3⁻³ over the run that is shown' }).click()
  await page.getByText('(dashed').first().waitFor()
  const readout = page.locator('section[aria-label="Rotation by layer"] .readout')
  // dense0 ends at 0.6, the highest; dense1 at 0.4. The other run's are 0.4 and 0.267.
  await expect
    .poll(() => readAt(page, 'Rotation by layer', ({ width }) => width - 2), soon)
    .toBe('dense0 0.600 (dashed 0.400) · epoch 3')
  await page.mouse.move(5, 5)
  await expect.poll(() => readout.innerText()).toBe('2 layers')
  await page.getByLabel('Layer', { exact: true }).press('End')
  await expect.poll(() => readout.innerText()).toBe('dense1 0.400 (dashed 0.267) · epoch 3')
  await page.keyboard.press('Escape')
  await expect.poll(() => readout.innerText()).toBe('2 layers')
  await rows.first().focus()
  await page.keyboard.press('ArrowDown')
  expect(await page.locator('nav li:nth-child(2) button.run:focus').count()).toBe(1)

  await page.reload()
  await expect.poll(() => page.getByLabel('Overlay, dashed').locator('option:checked').innerText()).toContain('3⁻³')
  await page.getByText('Numbers of each layer').click()
  expect(await seriousProblems(page)).toEqual([])
  const phone = await open(page.url(), { width: 375, dark: true })
  await phone.page.locator('section[aria-label="Mean rotation"] canvas').first().waitFor()
  expect(await seriousProblems(phone.page)).toEqual([])
  expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375)
  expect([...errors, ...phone.errors]).toEqual([])
})

test('metrics.csv is drawn over epochs from row 0 on, each column of a program in a chart of its name', async ({
  skip,
}) => {
  if (typeof browser === 'string') return skip(browser)
  const folder = join(temporaryFolder(), 'run')
  const config = experiment({ ...smallExperiment, evaluation: { initial: true, every: 3 } })
  const run = await train(config, { folder, onEpochEnd: ({ epoch }) => ({ L1_norm: epoch, trainLoss: 7 }) })
  const server = await watch({ folders: [folder] })
  onTestFinished(() => server.close())
  const { page, errors } = await open(server.url)
  const textOf = (title: string, part: string) => page.locator(`section[aria-label="${title}"] ${part}`).innerText()
  await expect.poll(() => textOf('Loss', '.readout'), soon).toBe('epoch 3')
  expect(await textOf('L1 norm', '.legend')).toContain('L1 norm 3')
  expect(await textOf('trainLoss', '.legend')).toContain('trainLoss 7')
  expect(await textOf('Loss', '.legend')).toContain(`train ${Number(run.metrics[2]!.trainLoss.toPrecision(3))}`)
  await expect.poll(() => readAt(page, 'Loss', () => 1), soon).toBe('epoch 0')
  expect(await textOf('Loss', '.legend')).toContain(`test ${Number(run.initial!.testLoss!.toPrecision(3))}`)
  expect(errors).toEqual([])
})
