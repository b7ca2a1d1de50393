import type { ArgumentsCamelCase } from 'yargs'

/** The word by which a shell asks for completions. */
export const completionRequest = '--get-yargs-completions'

/** The names in experiment/presets.ts, repeated here because a completion must not wait for that module to load. */
const presets = ['mnist', 'cifar10-fast']

/** The names in model/zoo/zoo.ts, repeated for the same reason. */
const models = [
  'vgg25',
  'resnet32',
  'tinyCnn',
  'vggTorchBlog',
  'wideResnet28x10',
  'resnet110',
  'mlp',
  'resnet18',
  'resnet34',
  'resnet50',
  'vgg11',
  'vgg13',
  'vgg16',
  'vgg19',
]

/** The names that can follow the words of a key. */
const names = new Map([
  ['run', presets],
  ['tune', presets],
  ['find-rate', presets],
  ['models', models],
  ['plot', ['schedule']],
  ['plot schedule', presets],
])

/** The values of an option. */
const values = new Map([['--device', ['auto', 'cpu', 'cuda']]])

/** The line that a shell completes. */
interface CompletedLine {
  /** Its words; the last one, which may be empty, is completed. */
  words: readonly string[]
  commands: readonly { command: string; settings: readonly string[] }[]
}

/**
 * Returns the function that completes a line: it adds to what yargs completes by itself, commands and options, the names that a
 * command takes as its first arguments, the keys of an experiment behind it, and values of options.
 */
export function completer({ words, commands }: CompletedLine) {
  const current = words.at(-1) ?? ''
  /** @param args the words as yargs read them */
  return (
    _current: string,
    args: ArgumentsCamelCase,
    completeByDefault: (done: (error: Error | null, words: string[] | undefined) => void) => void,
    done: (words: string[]) => void,
  ): void => {
    const ofOption = values.get(words.at(-2) ?? '')
    if (ofOption) return done(ofOption)
    completeByDefault((_error, found = []) => {
      const [, ...typed] = args._.map(String)
      if (typed.at(-1) === current) typed.pop()
      const known = (!current.startsWith('-') && names.get(typed.join(' '))) || []
      const command = commands.find(({ command }) => command.split(' ')[0] === typed[0])
      const isBehindExperiment = typed.length > (typed[0] === 'plot' ? 2 : 1) && !/[-=]/.test(current)
      const keys = isBehindExperiment ? (command?.settings ?? []).map((key) => `${key}=`) : []
      done([...new Set([...known, ...keys, ...found])])
    })
  }
}
