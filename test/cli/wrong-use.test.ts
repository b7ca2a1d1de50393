import { afterEach, describe, expect, test, vi } from 'vitest'
import { runCommandLine } from '../../src/cli/cli.js'
import { errorExitCode } from '../../src/cli/exit-codes.js'
import { LayerRotationError } from '../../src/errors.js'
import { commandLine, main } from './command-line.js'
import { temporaryFolder } from '../support/temporary-folder.js'

afterEach(() => vi.restoreAllMocks())

const cases: [words: string, message: string][] = [
  [
    '',
    'The command is missing; expected one of paper, run, resume, sweep, tune, find-rate, list, watch, compare, evaluate, predict, models, exporter, plot, report, figure, table, measure, python, log, data, schema, info, build, completion.',
  ],
  ['rnu mnist', 'There is no command "rnu"; did you mean "run"?'],
  [
    'flatten',
    'There is no command "flatten"; expected paper, run, resume, sweep, tune, find-rate, list, watch, compare, evaluate, predict, models, exporter, plot, report, figure, table, measure, python, log, data, schema, info, build, completion',
  ],
  ['--hlep', 'There is no option --hlep; did you mean --help?'],
  ['info --jsno', 'There is no option --jsno; did you mean --json?'],
  ['run mnist --print-cofnig', 'There is no option --print-cofnig; did you mean --print-config?'],
  ['run mnist --thread=2', 'There is no option --thread; did you mean --threads?'],
  ['paper mnist --zzz', 'There is no option --zzz.'],
  ['run mnist --epochs 5', 'There is no option --epochs; settings of an experiment have no dashes: epochs=5'],
  ['run mnist --epcohs=5', 'There is no option --epcohs; settings of an experiment have no dashes: epochs=5'],
  [
    'run mnist --learningRate.initial 0.1',
    'There is no option --learningRate.initial; settings of an experiment have no dashes: learningRate.initial=0.1',
  ],
  ['run', 'run needs <experiment>.'],
  ['report', 'report needs <runs..>.'],
  ['measure', 'measure needs <checkpoints..>.'],
  ['watch nowhere', 'nowhere does not exist; expected a folder of runs, a run or a study'],
  ['watch --port 70000', '--port is 70000; expected a whole number from 0 to 65535'],
  ['measure nowhere', 'nowhere does not exist; expected a checkpoint'],
  ['paper mnst', 'paper does not know "mnst"; did you mean "mnist"?'],
  ['paper mnist cifar', 'a folder goes with paper report and paper claims; found "cifar"'],
  ['paper --seeds 3', '--seeds needs the name of an experiment'],
  ['paper mnist --jobs 2', '--jobs does not go with mnist, which trains its runs one after another'],
  ['paper adaptive --seed 3', '--seed does not go with adaptive; --seeds 3 trains seeds 1, 2 and 3'],
  ['paper adaptive --epochs 3', '--epochs does not go with adaptive, whose trainings have the lengths of the paper'],
  ['paper adaptive --seeds 0', '--seeds is 0; expected a whole number from 1 to 100'],
  ['paper adaptive --task tiny-CN', 'paper does not know "tiny-CN"; did you mean "tiny-CNN"?'],
  ['paper adaptive --task MNIST', 'selection of adaptive: tasks.0 is "MNIST"; expected one of C10-CNN1'],
  ['paper going-further --scale laptop', 'going-further: there is no version for a laptop; expected --scale full'],
  [
    'paper all --scale laptop --task tiny-CNN',
    'no experiment has a version of tiny-CNN for a laptop; expected --scale full',
  ],
  ['paper adaptive --scale laptop --task tiny-CNN', 'tasks.0 is "tiny-CNN"; expected "C10-CNN1"'],
  ['run mnist --threads', '--threads needs a value.'],
  ['run mnist --threads two', '--threads needs one whole number'],
  ['run mnist --seed -1', '--seed is -1; expected a whole number from 0 to 4294967295'],
  ['run mnist --seed 4294967296', '--seed is 4294967296; expected a whole number from 0 to 4294967295'],
  ['run mnist --threads 0', '--threads is 0; expected a whole number from 1 to 1024'],
  ['run mnist --seed 1 --seed 2', '--seed is given more than once'],
  ['paper mnist --epochs 0', '--epochs is 0; expected a whole number of at least 1'],
  ['run mnist --runs a --runs b', '--runs is given more than once'],
  ['run mnst', 'mnst is neither a preset nor a .ts, .js, .yaml or .json file; did you mean "mnist"?'],
  ['run nowhere.yaml', 'nowhere.yaml does not exist'],
  ['run mnist opochs=3', 'mnist: unknown key "opochs"; did you mean "epochs"?'],
  ['run mnist epochs', '"epochs" is not an assignment; expected path=value, such as epochs=10'],
  ['run mnist learningRate.initial=-1', 'learningRate.initial is -1'],
  ['run mnist --device gpu', 'device is "gpu"; expected auto, cpu, cuda or cuda:N'],
  ['run mnist --name a/b', 'name is "a/b"; expected a name of letters, digits, ., - and _'],
  ['models vgg52', 'there is no model vgg52; did you mean "vgg25"?'],
  ['models x', 'there is no model x; expected vgg25, resnet32,'],
  ['models vgg25 clases=100', 'vgg25: unknown key "clases"; did you mean "classes"?'],
  ['models vgg25 100', '"100" is not an assignment; expected path=value'],
  [
    'models vgg25 stages=7',
    'stage5.pool takes images of at least 2 × 2 pixels, but stage5.batchNorm5 gives [1024, 1, 1]',
  ],
  ['models --jsno', 'There is no option --jsno; did you mean --json?'],
  ['plot', 'plot needs <what>.'],
  ['plot schedule', 'plot needs <experiment>.'],
  ['plot schedul mnist', 'plot does not know "schedul"; did you mean "schedule"?'],
  ['plot schedule mnst', 'mnst is neither a preset nor a .ts, .js, .yaml or .json file; did you mean "mnist"?'],
  ['plot schedule mnist --output a.gif', '--output is "a.gif"; expected a .svg or .png file'],
  ['plot schedule mnist --steps-per-epoch 0', '--steps-per-epoch is 0; expected a whole number of at least 1'],
  ['plot schedule mnist --epochs 5', 'settings of an experiment have no dashes: epochs=5'],
  ['report nowhere', 'nowhere/config.json does not exist'],
  ['run mnist --help=foo', '--help takes no value; found "foo"'],
  ['--help=foo', '--help takes no value; found "foo"'],
  ['--version=1', '--version takes no value; found "1"'],
  ['run mnist --print-config=yes', '--print-config takes no value; found "yes"'],
  ['info --no-json=1', '--no-json takes no value; found "1"'],
  ['run mnist --accept cpu', '--accept goes with --resume'],
  ['run mnist --resume runs/x --label a', '--label goes with a new run; runs/x has its name'],
  ['run mnist --label a/b', '--label: the value is "a/b"; expected a name of letters, digits, ., - and _'],
  ['sweep', 'sweep needs <experiment>.'],
  ['sweep mnist', 'there is no axis; expected a path with several values, such as seed=1..5'],
  ['sweep mnst seed=1..2', 'did you mean "mnist"?'],
  [
    'sweep mnist sed=1..2',
    'mnist: 2 of 2 points cannot be trained:\n  sed 1 and 1 other point: unknown key "sed"; did you mean "seed"?',
  ],
  ['sweep mnist seed=3..1', 'seed=3..1: the range 3..1 ends before it begins'],
  ['sweep mnist seed=1,1', 'two points are one experiment: seed 1, and seed 1; remove one'],
  ['sweep mnist seed=1..2 --seed 3', 'seed is given more than once'],
  ['sweep mnist seed=1..2 --jobs 0', '--jobs is 0; expected a whole number from 1 to 64'],
  ['sweep mnist seed=1..2 --job 2', 'There is no option --job; did you mean --jobs?'],
  ['sweep mnist seed=1..2 --slurm time=1:00:00', '--slurm goes with --on slurm'],
  ['sweep mnist seed=1..2 --on slrum', 'did you mean "slurm"?'],
  ['sweep mnist seed=1..2 --x seed', '--x goes with sweep report'],
  ['sweep report nowhere', 'nowhere/ledger.json does not exist'],
  ['sweep report a --retry', '--retry goes with the training of a study, not with sweep report'],
  ['sweep status', 'sweep status needs the folder of one study'],
  ['sweep status a b', 'sweep status needs the folder of one study; found a b'],
  ['sweep status nowhere', 'nowhere/ledger.json does not exist; expected a folder that `layer-rotation sweep` made'],
  ['sweep status a --jobs 2', '--jobs goes with the training of a study, not with sweep status'],
  ['tune', 'tune needs <experiment>.'],
  ['tune mnst', 'did you mean "mnist"?'],
  ['tune mnist --budget 30', '--budget is "30"; expected a time such as 90s, 30m or 2h'],
  ['tune mnist --budget 30m --epochs 5', '--budget and --epochs both set the length'],
  ['tune mnist --epochs 0', '--epochs is 0; expected a whole number of at least 1'],
  ['tune mnist --epochs 101', 'epochs is 101; expected at most 100, those of the experiment'],
  ['tune mnist --setting seed', 'tune: seed cannot be tuned'],
  ['tune mnist --setting weightDecay', 'tune: the experiment has no weight decay; set one, such as'],
  ['tune mnist --setting optimizer.momentum', 'tune: the experiment has no "optimizer.momentum"'],
  ['tune mnist --setting optimizer', 'tune: optimizer is no number above 0; expected its candidates'],
  ['tune mnist learningRate=1..0.1', 'the range 1..0.1 is none; expected two numbers above 0'],
  ['tune mnist learningRate=1..x', 'the range 1..NaN is none'],
  ['tune mnist learningRate=0.1..1 batchSize=1,2', 'learningRate and batchSize both have candidates'],
  ['tune mnist learningRate=0.1..1 --setting weightDecay', '--setting goes with no candidates'],
  ['tune mnist learningRate=0.1,0.1', 'values: a value stands there twice'],
  ['find-rate', 'find-rate needs <experiment>.'],
  ['find-rate mnst', 'did you mean "mnist"?'],
  ['find-rate mnist --low 0', '--low is 0; expected a number above 0'],
  ['find-rate mnist --high x', '--high needs one number above 0'],
  ['find-rate mnist --low 20', 'findRate: high: the rates do not rise; expected a number above low'],
  ['find-rate mnist --steps 10', '--steps is 10; expected a whole number from 20 to 10000'],
  ['find-rate mnist --step 100', 'There is no option --step; did you mean --steps?'],
  ['tune mnist learningRate=-1,1', 'learningRate.initial is -1'],
  ['completion fish', 'completion does not know "fish"; expected bash, zsh'],
]

const empty: [words: string[], message: string][] = [
  [['sweep', 'mnist', 'seed='], 'seed=: the value is empty'],
  [['sweep', 'mnist', 'seed=1,,2'], 'seed=1,,2: the value is empty'],
  [['run', 'mnist', '--seed', ''], '--seed is empty; expected a value'],
  [['run', 'mnist', '--seed='], '--seed is empty; expected a value'],
  [['run', 'mnist', '--seed', ' '], '--seed is empty; expected a value'],
  [['run', 'mnist', '--runs', ''], '--runs is empty; expected a value'],
  [['run', 'mnist', '--resume', ''], '--resume is empty; expected a value'],
  [['paper', 'mnist', '--epochs='], '--epochs is empty; expected a value'],
  [['plot', 'schedule', 'mnist', '--steps-per-epoch', ''], '--steps-per-epoch is empty; expected a value'],
  [['data', 'get', 'cifar-10', '--from', ''], '--from is empty; expected a value'],
  [['data', 'check', ''], 'argument 3 is empty'],
  [['run', ''], 'argument 2 is empty'],
  [['resume', ''], 'argument 2 is empty'],
  [['report', 'runs/x', '', 'runs/y'], 'argument 3 is empty'],
  [['info', '--json', ''], 'argument 3 is empty'],
  [['run', 'mnist', 'threads='], 'threads=: the value is empty; expected a value, such as null'],
  [['run', 'mnist', 'seed= '], 'seed= : the value is empty'],
  [['run', 'mnist', 'validation=#1'], 'validation=#1: the value is empty'],
  [['models', 'vgg25', 'width='], 'width=: the value is empty'],
]

const split = cases.map(([words, message]) => [words.split(' ').filter((word) => word !== ''), message] as const)

describe('wrong use is an error that says what would be right', () => {
  test.each([...split, ...empty])('%j', async (words, message) => {
    const print = vi.spyOn(process.stdout, 'write')
    const error = await runCommandLine(words).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(LayerRotationError)
    expect((error as Error).message).toContain(message)
    expect(errorExitCode(error)).toBe(2)
    expect(print).not.toHaveBeenCalled()
  })
})

test.each([[], ['run', 'mnist', 'opochs=3'], ['run', 'mnist', '--seed', '1', '--seed', '2']])(
  'the program prints the error and ends with code 2',
  async (...words) => {
    const outcome = await commandLine(words)
    expect(outcome).toMatchObject({ code: 2, stdout: '' })
    expect(outcome.stderr).toMatch(/^error: /)
    expect(outcome.stderr).not.toMatch(/^ +at /m)
  },
)

test('a variable of the environment that cannot be used is named', async () => {
  const outcome = await commandLine(['run', 'mnist', '--print-config'], { env: { LAYER_ROTATION_THREADS: 'many' } })
  expect(outcome.code).toBe(2)
  expect(outcome.stderr).toContain('LAYER_ROTATION_THREADS needs one whole number')
})

test('a working folder that was removed is named', async () => {
  const launcher = ['sh', '-c', 'rmdir "$PWD" && exec "$0" "$@"', process.execPath, main]
  const { code, stderr } = await commandLine(['schema'], { cwd: temporaryFolder(), launcher })
  expect(stderr).toBe(
    'error: the working folder has been removed or cannot be reached (ENOENT); change to another one with `cd`\n',
  )
  expect(code).toBe(2)
})
