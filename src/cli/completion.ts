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
  ['models', models],
  ['plot', ['schedule']],
  ['plot schedule', presets],
])

/** Adds the names that a command takes as its first arguments to what yargs completes by itself, commands and options. */
export function complete(
  current: string,
  args: ArgumentsCamelCase,
  completeByDefault: (done: (error: Error | null, words: string[] | undefined) => void) => void,
  done: (words: string[]) => void,
): void {
  completeByDefault((_error, words = []) => {
    const [, ...typed] = args._.map(String)
    if (typed.at(-1) === current) typed.pop()
    const known = (!current.startsWith('-') && names.get(typed.join(' '))) || []
    done([...new Set([...known, ...words])])
  })
}
