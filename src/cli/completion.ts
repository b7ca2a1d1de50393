import type { ArgumentsCamelCase } from 'yargs'

/** Present among the words when a shell asks for completions. */
export const completionRequest = '--get-yargs-completions'

/** The presets of experiment/presets.ts, without loading what they are made of: a completion has to come at once. */
const presets = ['mnist']

/** Adds to what yargs completes by itself, commands and options: the presets as first argument of `run`. */
export function complete(
  current: string,
  args: ArgumentsCamelCase,
  completeByDefault: (done: (error: Error | null, words: string[] | undefined) => void) => void,
  done: (words: string[]) => void,
): void {
  completeByDefault((_error, words = []) => {
    const [, command, experiment] = args._.map(String)
    const namesExperiment = command === 'run' && !current.startsWith('-') && (experiment ?? current) === current
    done(namesExperiment ? [...presets, ...words] : words)
  })
}
