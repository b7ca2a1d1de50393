import { describe, expect, test } from 'vitest'
import { checkWords } from '../../src/cli/check-words.js'
import { data } from '../../src/cli/commands/data.js'
import { info } from '../../src/cli/commands/info.js'
import { models } from '../../src/cli/commands/models.js'
import { paper } from '../../src/cli/commands/paper.js'
import { plot } from '../../src/cli/commands/plot.js'
import { report } from '../../src/cli/commands/report.js'
import { run } from '../../src/cli/commands/run.js'

const commands = [run, paper, plot, report, data, models, info]
const check = (line: string) => checkWords(line.split(' '), commands).join(' ')

describe('words that yargs takes for something else are refused', () => {
  test.each([
    // yargs would add them up: a seed of 4
    ['run mnist --seed 3 --seed 1', '--seed is given more than once'],
    ['run mnist --seed=1 --seed=1', '--seed is given more than once'],
    ['plot schedule mnist --steps-per-epoch 1 --stepsPerEpoch 1', '--steps-per-epoch is given more than once'],
    ['--seed 1 --seed 1 run mnist', '--seed is given more than once'],
    // a seed of false, which is 0
    ['run mnist --no-seed', '--seed has a value, so there is no --no-seed; leave it out'],
    ['run mnist --no-accept', '--accept has a value, so there is no --no-accept; leave it out'],
    ['plot schedule mnist --no-output', '--output has a value, so there is no --no-output; leave it out'],
    ['info --no-runs --check', '--runs has a value, so there is no --no-runs; leave it out'],
    // the names of arguments, which yargs knows as options without an effect
    ['run mnist --settings epochs=1', 'There is no option --settings'],
    ['run mnist --experiment cifar10-fast', 'There is no option --experiment'],
    ['report a --runs b', 'There is no option --runs'],
    ['models --model mlp', 'There is no option --model'],
    ['run mnist --$0 3', 'There is no option --$0.'],
    ['run mnist --_ 3', 'There is no option --_.'],
    ['run mnist --__proto__ 3', 'There is no option --__proto__.'],
    ['run mnist --no-bogus', 'There is no option --no-bogus.'],
    // letters of short options
    ['run mnist -epochs=3', 'There is no option -epochs; settings of an experiment have no dashes: epochs=3'],
    ['run mnist -epochs 3', 'There is no option -epochs; settings of an experiment have no dashes: epochs=3'],
    ['run mnist -seed 3', 'There is no option -seed; did you mean --seed?'],
    ['report -x', 'There is no option -x.'],
    // an empty argument
    ['run mnist -', '- is neither a file nor an option; nothing is read from the standard input'],
    ['report - runs/x', '- is neither a file nor an option'],
    // words after --, which yargs drops
    ['run mnist -- epochs=3 --print-config', '--print-config stands after --, so it is no option; leave out --'],
    ['paper mnist -- --epochs 1', '--epochs stands after --, so it is no option'],
    ['report -- -x', '-x stands after --, so it is no option; leave out --, or name a file ./-x'],
    // a value of an option without values
    ['--json info', '--json stands before the command; expected layer-rotation info --json'],
    ['--print-config run mnist', '--print-config stands before the command'],
  ])('%s', (line, message) => {
    expect(() => check(line)).toThrow(message)
  })
})

test.each([
  ['run mnist -- epochs=3', 'run mnist epochs=3'],
  ['run -- mnist epochs=3', 'run mnist epochs=3'],
  ['models -- mlp', 'models mlp'],
  ['run mnist --', 'run mnist'],
])('after -- stand arguments: %s', (line, words) => {
  expect(check(line)).toBe(words)
})

test.each([
  'run mnist epochs=3 --seed 3 --name a --print-config',
  'run mnist --seed -1',
  'run mnist --name --print-config',
  'run mnist -1',
  '--seed 3 run mnist',
  '--runs x --seed=3 run mnist epochs=1',
  'run --print-config true mnist',
  'run mnist --printConfig --no-print-config',
  'run mnist --name=a=b',
  'run mnist --help --bogus',
  'data get cifar-10 --from http://x/y',
  'info --json --json',
  'bogus --bogus',
  '--help',
])('all else is left to yargs: %s', (line) => {
  expect(check(line)).toBe(line)
})
