import type { ArgumentsCamelCase } from 'yargs'

/** Present among the words when a shell asks for completions. */
export const completionRequest = '--get-yargs-completions'

/** The presets of experiment/presets.ts, without loading what they are made of: a completion has to come at once. */
const presets = ['mnist', 'cifar10-fast']

/** Likewise the networks of model/zoo.ts. */
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

/** By the words before them. */
const names = new Map([
  ['run', presets],
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
    done([...((!current.startsWith('-') && names.get(typed.join(' '))) || []), ...words])
  })
}
