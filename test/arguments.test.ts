import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as api from '../src/index.js'

// Some values are fit to be paths: what such a call writes or finds is in a folder of this file's own.
const [before, own] = [process.cwd(), mkdtempSync(join(tmpdir(), 'arguments-'))]
beforeAll(() => process.chdir(own))
afterAll(() => {
  process.chdir(before)
  rmSync(own, { recursive: true })
})

/** Values that a program in JavaScript may give instead of what the declarations ask for. */
const values = (): unknown[] => [
  ...[undefined, null, true, 0, -1, 0.5, NaN, Infinity, 1e308, 10n, Symbol('s'), '', 'sgd', '__proto__', '\u001b[31m'],
  ...[
    [],
    [1],
    [, 1],
    ['a'],
    [null],
    {},
    Object.freeze({ a: 1 }),
    { type: 'sgd' },
    { type: 'constructor' },
    { type: Symbol('s') },
  ],
  ...[new Map([['a', 1]]), new Set(), new Date(), Promise.resolve({}), () => 1, new Error('e'), new Float32Array(2)],
  ...[new URL('file:///runs'), Buffer.from('a'), { [Symbol.toPrimitive]: () => 5 }, { layers: [{}] }, { rotation: 1 }],
]

const functions = Object.entries(api).flatMap(([name, value]) =>
  typeof value === 'function' && name !== 'LayerRotationError'
    ? [[name, value as (...values: unknown[]) => unknown] as const]
    : [],
)

/** The functions that read, write or train; what they are given here lets none of them begin. */
const asynchronous = [
  'compareRuns',
  'evaluate',
  'findRate',
  'info',
  'listRuns',
  'loadExperiment',
  'loadStudy',
  'loadWeights',
  'logRun',
  'measureCheckpoints',
  'openMeasurement',
  'openRun',
  'openStudy',
  'openTrainedRun',
  'predict',
  'repeatPaper',
  'resume',
  'saveWeights',
  'sweep',
  'train',
  'tune',
  'watch',
  'writeEvaluation',
  'writeFigure',
  'writeMeasurementReport',
  'writePrediction',
  'writeReport',
  'writeStudyReport',
  'writeStudyTables',
]

const others = functions.filter(([name]) => !asynchronous.includes(name))

test.each(others)('%s refuses arguments of another type with an error of this package', (_, call) => {
  for (const value of values()) {
    for (const given of [[value], [undefined, value], [value, value]]) {
      try {
        call(...given)
      } catch (error) {
        expect(error, String(error)).toBeInstanceOf(api.LayerRotationError)
      }
    }
  }
})

const stopped = { signal: AbortSignal.abort() }
const tensors = new Map([['a', { shape: [1], data: new Float32Array(1) }]])

test.each<[name: string, call: (value: never) => Promise<unknown>]>([
  ['openRun', api.openRun],
  ['listRuns', api.listRuns],
  ['the second run of compareRuns', (folder) => api.compareRuns('/nowhere', folder)],
  ['compareRuns', (folder) => api.compareRuns(folder, '/nowhere')],
  ['openTrainedRun', api.openTrainedRun],
  ['resume', api.resume],
  ['evaluate', api.evaluate],
  ['the options of evaluate', (options) => api.evaluate('/nowhere', options)],
  ['predict', (model) => api.predict(model, new Uint8Array(1))],
  ['the images of predict', (images) => api.predict('/nowhere', images)],
  ['the options of predict', (options) => api.predict('/nowhere', new Uint8Array(1), options)],
  ['writePrediction', (prediction) => api.writePrediction(prediction, '/nowhere')],
  ['writeEvaluation', (evaluation) => api.writeEvaluation(evaluation, '/nowhere')],
  ['loadWeights', api.loadWeights],
  ['logRun', (folder) => api.logRun(folder, [api.tensorBoard()])],
  ['the loggers of logRun', (loggers) => api.logRun('/nowhere', loggers)],
  ['the names of loadWeights', (names) => api.loadWeights('none.safetensors', names)],
  ['the weights of saveWeights', (weights) => api.saveWeights('/nowhere/a.safetensors', weights)],
  ['a tensor of saveWeights', (tensor) => api.saveWeights('/nowhere/a.safetensors', new Map([['a', tensor]]))],
  [
    'a shape of saveWeights',
    (shape) => api.saveWeights('/nowhere/a.safetensors', new Map([['a', { ...tensors.get('a')!, shape }]])),
  ],
  ['loadExperiment', api.loadExperiment],
  ['the runs of writeReport', (runs) => api.writeReport(runs, '/nowhere')],
  ['a run of writeReport', (run) => api.writeReport([run], '/nowhere')],
  ['openMeasurement', api.openMeasurement],
  ['the runs of writeFigure', (runs) => api.writeFigure(runs, '/nowhere/a.pdf')],
  ['a run of writeFigure', (run) => api.writeFigure([run], '/nowhere/a.pdf')],
  ['the options of writeFigure', (options) => api.writeFigure([], '/nowhere/a.pdf', options)],
  ['repeatPaper', (name) => api.repeatPaper(name, stopped)],
  ['the options of repeatPaper', (options) => api.repeatPaper('mnist', { ...stopped, epochs: options })],
  ['train', api.train],
  ['loadStudy', api.loadStudy],
  ['the axes of loadStudy', (words) => api.loadStudy('mnist', words)],
  ['openStudy', api.openStudy],
  ['sweep', (study) => api.sweep(study, stopped)],
  ['findRate', (experiment) => api.findRate(experiment, stopped)],
  ['tune', (experiment) => api.tune(experiment, stopped)],
  ['the values of tune', (values) => api.tune(api.presets['mnist']!(), { ...stopped, values: values ?? [1] })],
  ['the port of watch', (port) => api.watch({ ...stopped, port })],
  ['the folders of watch', (folders) => api.watch({ ...stopped, folders })],
  ['writeStudyTables', (study) => api.writeStudyTables(study, '/nowhere')],
  ['writeMeasurementReport', (series) => api.writeMeasurementReport(series, '/nowhere')],
  ['writeStudyReport', (study) => api.writeStudyReport(study, '/nowhere')],
])('%s refuses values of another type with an error of this package', async (_, call) => {
  for (const value of values()) {
    await expect(call(value as never), String(typeof value)).rejects.toBeInstanceOf(api.LayerRotationError)
  }
})

test.each<[name: string, call: () => unknown, message: string]>([
  ['sgd(0.9)', () => api.sgd(0.9 as never), 'sgd: options is 0.9; expected an object with named values'],
  [
    'cosine(0.1, 20)',
    () => api.cosine(0.1, 20 as never),
    'cosine: options is 20; expected an object with named values',
  ],
  [
    'a promise',
    () => api.adam(Promise.resolve({}) as never),
    'adam: options is {}; expected an object with named values',
  ],
  ['null', () => api.sgdP(null as never), 'sgdP: options is null; expected an object with named values'],
  [
    'the first argument once more',
    () => api.constant(0.1, { initial: 0.5 }),
    'constant: initial is the first argument and an option, too; expected it once',
  ],
  [
    'a function that is none',
    () => api.scheduleFrom(0.1 as never, { epochs: 2 }),
    'scheduleFrom: the schedule is 0.1; expected a function',
  ],
  [
    'a misspelt option',
    () => api.sgdEquilibriumAngle({ rate: 0.1, decay: 1e-3, momentun: 0.9 } as never),
    'sgdEquilibriumAngle: unknown key "momentun"; did you mean "momentum"?',
  ],
  [
    'a rate that is none',
    () => api.randomWalk([0.1, NaN]),
    'randomWalk: rates.1 is NaN; expected a finite number of at least 0',
  ],
])('%s is refused instead of left out', (_, call, message) => {
  expect(call).toThrow(message)
})

test.each<[name: string, call: () => Promise<unknown>]>([
  ['openRun: folder', () => api.openRun('')],
  ['openMeasurement: folder', () => api.openMeasurement('')],
  ['openTrainedRun: folder', () => api.openTrainedRun('')],
  ['resume: folder', () => api.resume('')],
  ['evaluate: model', () => api.evaluate('')],
  ['predict: model', () => api.predict('', new Uint8Array(1))],
  ['loadWeights: file', () => api.loadWeights('')],
  ['logRun: folder', () => api.logRun('', [api.tensorBoard()])],
  ['saveWeights: file', () => api.saveWeights('', tensors)],
])('%s is not the working folder if it is empty', async (subject, call) => {
  await expect(call()).rejects.toThrow(`${subject} is ""; expected a text that is not empty`)
})
