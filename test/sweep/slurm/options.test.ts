import { describe, expect, test } from 'vitest'
import { parseSbatchOptions } from '../../../src/sweep/slurm/options.js'
import { failure } from '../../support/failure.js'

test.each([
  ['partition=gpu,gpus=1,time=02:00:00', { partition: 'gpu', gpus: '1', time: '02:00:00' }],
  ['exclusive,hold,nice', { exclusive: null, hold: null, nice: null }],
  ['exclusive=user,nice=100', { exclusive: 'user', nice: '100' }],
  ['exclude=n[1-3,7],mem=4G', { exclude: 'n[1-3,7]', mem: '4G' }],
  ['mail-type="END,FAIL",comment=two words', { 'mail-type': 'END,FAIL', comment: 'two words' }],
  ['constraint=[a|b]&c,acctg-freq=task=30', { constraint: '[a|b]&c', 'acctg-freq': 'task=30' }],
  ['--qos=long', { qos: 'long' }],
  ['time=5', { time: '5' }],
  ['time=0-1', { time: '0-1' }],
  ['time=0', { time: '0' }],
  ['time=UNLIMITED', { time: 'UNLIMITED' }],
])('%s', (text, expected) => {
  expect(Object.fromEntries(parseSbatchOptions(text).map(({ name, value }) => [name, value]))).toEqual(expected)
})

describe('refused with a reason:', () => {
  test.each([
    ['partion=gpu', 'sbatch has no option "partion" for this; did you mean "partition"?'],
    ['mail-type=END,FAIL', 'sbatch has no option "FAIL" for this; see sbatch --help, and put a value with commas'],
    ['gpus=1,,mem=2G', 'an option is empty; expected name=value'],
    ['', 'an option is empty'],
    ['gpus', 'gpus needs a value: gpus=…'],
    ['gpus=', 'gpus is empty'],
    ['hold=1', 'hold takes no value; found "1"'],
    ['gpus=1,gpus=2', 'gpus is given more than once'],
    ['array=1-3', 'array cannot be chosen: a task for each point is asked for'],
    ['signal=TERM@10', 'signal cannot be chosen'],
    ['output=x.log', 'output cannot be chosen'],
    ['no-requeue', 'no-requeue cannot be chosen'],
    ['comment="two\nlines"', 'comment contains "\\n"; expected a value without it'],
    ['comment=$(rm x)', 'comment contains "$"'],
    ["comment=it's", 'comment contains "\'"'],
    ['comment="open', 'comment contains "\\""'],
    [`comment=${'x'.repeat(1001)}`, 'comment has 1001 characters; expected at most 1000'],
    ['time=00:03:00', 'time is 00:03:00; expected at least 00:05:00'],
    ['time=4:59', 'time is 4:59; expected'],
    ['time=0-0:4', 'time is 0-0:4; expected'],
  ])('%j', async (text, problem) => {
    expect(await failure(() => parseSbatchOptions(text))).toContain(`INVALID_CONFIG: --slurm: ${problem}`)
  })
})
