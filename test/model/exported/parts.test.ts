import { expect, test } from 'vitest'
import { partsOf } from '../../../src/model/exported/parts.js'

test('an empty parameter is no layer, as it has no direction', () => {
  const tensor = (name: string, shape: number[]) => ({
    ...{ name, shape },
    ...({ kind: 'parameter', operator: '', output: [] } as const),
  })
  const parts = partsOf([tensor('head.weight', [2, 3]), tensor('head.bias', [2]), tensor('prompts', [0, 3])])
  expect(parts.map(({ name, weight, tensors }) => [name, weight, tensors.map((one) => one.name)])).toEqual([
    ['head', 'head.weight', ['head.weight', 'head.bias']],
    ['prompts', null, ['prompts']],
  ])
})
