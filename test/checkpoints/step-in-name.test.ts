import { expect, test } from 'vitest'
import { stepInName } from '../../src/checkpoints/step-in-name.js'

test.each<[string, number | undefined]>([
  ['step1000.safetensors', 1000],
  ['runs/step_0001000', 1000],
  ['step1000-tokens4B', 1000],
  ['checkpoint-500/model.safetensors', 500],
  ['checkpoint-500/model.safetensors.index.json', 500],
  ['output/checkpoint-500/', 500],
  ['global_step500', 500],
  ['step_10k.pt', 10_000],
  ['iter-2M', 2_000_000],
  ['ep3-ba2000-rank0.pt', 2000],
  ['checkpoint_3_2000.pt', 2000],
  ['checkpoint-500/model-00001-of-00002.safetensors', 500],
  ['iter_0001000', 1000],
  ['epoch=3-step=2000.ckpt', 2000],
  ['epoch_12.safetensors', 12],
  ['resnet50-ep30.pth', 30],
  ['ckpt-7.safetensors', 7],
  ['model-42.safetensors', 42],
  ['120.safetensors', 120],
  ['epoch-000015-step-00000000', 15],
  ['epoch-000015-step-00000007', undefined],
  ['initial', 0],
  ['runs/a/checkpoints/initial/model.safetensors', 0],
  ['init_weights.safetensors', 0],
  ['reinitialise.safetensors', undefined],
  ['last', undefined],
  // A digest, a size and a version are no steps.
  ['run_8e521df474/checkpoints/last', undefined],
  ['model-7b.safetensors', undefined],
  ['model-70m.safetensors', undefined],
  ['step_10kg.pt', undefined],
  ['resnet50.safetensors', undefined],
  ['step99999999999.safetensors', undefined],
  ['step5-tuned/last.safetensors', undefined],
])('%s is at step %s', (path, step) => {
  expect(stepInName(path)).toBe(step)
})
