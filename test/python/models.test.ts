import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'

interface Found {
  names: Record<string, string[]>
  refusals: Record<string, string>
  values: Record<'rotation' | 'norm' | 'fp8' | 'angle', string[]>
  transfers: number[]
  otherRanks: { state: unknown; writes: boolean }
  style: Record<string, unknown>
}

needsPyTorch()

const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-models-'))
afterAll(() => rmSync(folder, { recursive: true }))

let found: Found
beforeAll(async () => {
  found = (await pytorch('test/python/models.py', folder)) as Found
}, 120_000)

test.each([
  ['tied', ['embedding', 'inner']],
  ['compiled', ['embedding', 'inner']],
  ['compiled in part', ['0.embedding', '0.inner', '1']],
  ['distributed', ['0']],
  ['parametrized', ['0.parametrizations.weight.original0', '0.parametrizations.weight.original1']],
  ['patterns', ['scale', 'inner', 'inner.bias']],
  ['pattern', ['embedding']],
])('the layers of a model that is %s', (kind, layers) => {
  expect(found.names[kind]).toEqual(layers)
})

test.each([
  ['no module', /^TypeError: model is a list; expected an nn.Module$/],
  ['every', /^ValueError: every is 0; expected a whole number of at least 1$/],
  ['lazy', /^TypeError: 0.weight belongs to a lazy module .* run a batch through the model first$/],
  ['meta', /^TypeError: weight .* on the meta device; materialize the model first$/],
  ['complex', /^TypeError: weight .* complex; leave it out with layers=/],
  ['sharded', /^TypeError: weight .* sharded \(DTensor\)/],
  ['comma', /^ValueError: the layer 'a,b' has a comma/],
  ['no layers', /^ValueError: the model has no floating-point parameter of two or more dimensions/],
  ['pattern', /^ValueError: no layer matches "iner"; did you mean "inner"\?$/],
  ['shape', /^RuntimeError: 0.weight has shape \(2, 4\); expected \(2, 3\), that of its initial weights$/],
  ['gone', /^RuntimeError: the model no longer has the parameter 0.weight$/],
  ['closed', /^RuntimeError: step\(\) was called after close\(\)$/],
  ['falling epoch', /^ValueError: the epoch is 1.5 after 2.0; /],
  ['epoch missing', /^ValueError: step\(\) was called with an epoch at some steps only/],
  ['folder', /^FileExistsError: .* already holds the records of a training; .*load_state_dict\(\)/],
  ['state', /^ValueError: the state is not one that LayerRotation.state_dict\(\) returned$/],
  ['state of a later version', /^ValueError: the state has format 2; expected 1$/],
  ['late state', /^RuntimeError: load_state_dict\(\) was called after step\(\); call it before$/],
  ['other layers', /^ValueError: .* has other layers than this training: weight; expected 0$/],
  ['no folder', /^FileNotFoundError: .*run.json does not exist; expected the folder of the training to resume/],
])('wrong use is refused: %s', (name, message) => {
  expect(found.refusals[name]).toMatch(message)
})

test('a frozen layer, zeros, NaN, a replaced parameter and infinity have honest numbers', () => {
  expect(found.values.rotation.map(Number)).toEqual([0, NaN, NaN, expect.closeTo(2, 12), NaN])
  expect(found.values.norm.slice(1).map(Number)).toEqual([2, NaN, expect.any(Number), Infinity])
})

test('an fp8 layer is measured, and its initial weights come back from the folder', () => {
  // One of the 8 ones of each row became -1: the cosine is 6/8.
  expect(found.values.fp8.map(Number)).toEqual([0.25, 0.25])
})

test('records are replaced only where that is asked for', () => {
  expect(found.refusals['overwrite']).toBe('accepted')
})

test('the angle of a step is not known just after a resumption, which did not see the weights before it', () => {
  expect(found.values.angle.map(Number)).toEqual([0, NaN])
})

test('a measured step moves its sums to the CPU once, and the others none', () => {
  expect(found.transfers).toEqual([0, 1])
})

test('of a distributed training rank 0 alone writes', () => {
  expect(found.otherRanks).toEqual({ state: { format: 1, step: 1 }, writes: false })
})

test('the file is for Python 3.9, needs torch alone, and is annotated and documented', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  expect(found.style).toEqual({
    version,
    imports: ['torch'],
    'long lines': [],
    unannotated: [],
    undocumented: [],
  })
})
