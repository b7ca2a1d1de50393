import yargs from 'yargs'
import { build } from './commands/build.js'
import { compare } from './commands/compare.js'
import { completion } from './commands/completion.js'
import { data } from './commands/data.js'
import { evaluate } from './commands/evaluate.js'
import { exporter } from './commands/exporter.js'
import { figure } from './commands/figure.js'
import { findRate } from './commands/find-rate.js'
import { info } from './commands/info.js'
import { list } from './commands/list.js'
import { log } from './commands/log.js'
import { measure } from './commands/measure.js'
import { models } from './commands/models.js'
import { paper } from './commands/paper.js'
import { plot } from './commands/plot.js'
import { predict } from './commands/predict.js'
import { python } from './commands/python.js'
import { report } from './commands/report.js'
import { resume } from './commands/resume.js'
import { run } from './commands/run.js'
import { schema } from './commands/schema.js'
import { sweep } from './commands/sweep.js'
import { sweepPoint } from './commands/sweep-point.js'
import { table } from './commands/table.js'
import { tune } from './commands/tune.js'
import { watch } from './commands/watch.js'
import { checkWords } from './check-words.js'
import { examplesText } from './command.js'
import { completer, completionRequest } from './completion.js'
import { usageError } from './usage.js'
import { packageVersion } from '../version.js'

/** All commands, in the order of the help. */
export const commands = [
  paper,
  run,
  resume,
  sweep,
  tune,
  findRate,
  list,
  watch,
  compare,
  evaluate,
  predict,
  models,
  exporter,
  plot,
  report,
  figure,
  table,
  measure,
  python,
  log,
  data,
  schema,
  info,
  build,
  completion,
  sweepPoint,
]

/**
 * Parses the command line and runs its command.
 *
 * @param words the arguments, without node and the script
 * @throws {LayerRotationError} INVALID_CONFIG for wrong use
 * @throws whatever the command throws
 */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  const isCompletion = words.includes(completionRequest)
  // A shell asks for the completions of an empty word, too.
  const checked = isCompletion ? words : checkWords(words, commands)
  const parser = yargs()
    .scriptName('layer-rotation')
    .usage(
      '$0 <command>\n\nTrains deep networks on LibTorch and measures how far each layer rotates away from its start.',
    )
    // One language whatever the locale: usageError() reads the messages of yargs.
    .locale('en')
    .parserConfiguration({ 'dot-notation': false })
    .strict()
    .demandCommand(1)
    .version(packageVersion())
    .epilogue(
      examplesText([
        ['paper mnist', 'Repeat the MNIST experiment of the paper and compare with its numbers'],
        ['run mnist learningRate.initial=0.037 --name second-try', 'Train a preset with a setting changed'],
        ['run --help', 'More about a command'],
      ]),
    )
    .wrap(Math.min(100, process.stdout.columns || 80))
    // After a request for completions, yargs would continue and run the unfinished command.
    .exitProcess(isCompletion)
    .fail((found, error: Error | undefined) => {
      // yargs wraps its own findings in a YError; all else comes from the handler of a command.
      throw error === undefined || error.name === 'YError' ? usageError(found, words, commands) : error
    })
  for (const command of commands) parser.command(command)
  // The name belongs to a script of yargs, whose place the command completion takes.
  parser.completion('yargs-completion', false, completer({ words, commands }))
  await parser.parseAsync(checked)
}
