import { LayerRotationError } from '../../errors.js'
import { shellWord } from '../../shell-word.js'
import { packageVersion } from '../../version.js'
import type { SbatchOption } from './options.js'

/** The job array of a script. */
export interface ArrayJob {
  /** The name of the study. */
  name: string
  /** The absolute path of the study's folder. */
  study: string
  /** The absolute path of the folder in which the tasks work: relative paths of experiments start there. */
  workingFolder: string
  /** The absolute path of the folder of the logs. */
  logs: string
  /** The absolute path of the list of points: the name of a run's folder a line, in the order of the tasks, which begin with 1. */
  list: string
  /** The number of points. */
  size: number
  /** The most tasks that run at once. */
  jobs?: number | undefined
  /** The options that were chosen. */
  options: readonly SbatchOption[]
  /** The absolute paths of Node and of this package's program. */
  program: readonly [string, string]
  /** Words behind `sweep-point <study> <point>`. */
  words: readonly string[]
}

/**
 * Slurm's warning, seconds before the end of a task's time. Slurm looks once a minute or so, and warns up to 60 seconds earlier.
 */
const warning = 120

/**
 * The options of sbatch for a job array. They stand in the script, and before its name on the command line, because variables
 * such as SBATCH_OUTPUT beat a script but not the command line.
 *
 * B: sends the warning to the process of the script, which becomes the program by `exec`; without it only processes that `srun`
 * starts would be warned.
 *
 * @throws {LayerRotationError} INVALID_CONFIG for paths with control characters, or a backslash in that of the logs
 */
export function arrayOptions({ name, size, jobs, workingFolder, logs, options }: ArrayJob): SbatchOption[] {
  if (logs.includes('\\')) {
    const message = `${logs}: the path contains a backslash, by which Slurm switches off the numbers in the names of logs; expected a path without it`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const limit = jobs === undefined ? '' : `%${jobs}`
  return [
    { name: 'job-name', value: name },
    { name: 'array', value: `1-${size}${limit}` },
    { name: 'chdir', value: requireOneLine(workingFolder) },
    { name: 'output', value: `${requireOneLine(logs).replaceAll('%', '%%')}/%A_%a.log` },
    { name: 'open-mode', value: 'append' },
    { name: 'requeue', value: null },
    { name: 'signal', value: `B:USR1@${warning}` },
    ...options,
  ]
}

/** An option as a word of the command line. */
export const optionWord = ({ name, value }: SbatchOption): string =>
  value === null ? `--${name}` : `--${name}=${value}`

/** The text of the script of a job array. @throws {LayerRotationError} INVALID_CONFIG as `arrayOptions` */
export function arrayScript(job: ArrayJob): string {
  const { name, study, list, program, words } = job
  const command = [...program, 'sweep-point', study].map(wordOfLine).join(' ')
  const rest = words.map((word) => ` ${wordOfLine(word)}`).join('')
  return `#!/bin/sh
# Trains points of the study ${name}: task n takes the point in line n of the list below, and resumes it if it has begun.
# layer-rotation ${packageVersion()} wrote this file; \`sbatch\` with it submits the same tasks again.
${arrayOptions(job).map(directive).join('\n')}

point=$(sed -n "\${SLURM_ARRAY_TASK_ID}p" ${wordOfLine(list)})
# exec replaces this shell by the program, which so receives the signals of Slurm.
exec ${command} "$point"${rest}
`
}

/** An option as a line of a script; sbatch takes quotes and backslashes as a shell does within double quotes. */
function directive({ name, value }: SbatchOption): string {
  const plain = value === null || /^[\w.,:@%+=/-]+$/.test(value)
  return `#SBATCH ${plain ? optionWord({ name, value }) : `--${name}="${value.replace(/["\\]/g, '\\$&')}"`}`
}

const wordOfLine = (word: string): string => shellWord(requireOneLine(word))

function requireOneLine(path: string): string {
  if (!/\p{Cc}/u.test(path)) return path
  const message = `${path}: the path contains a control character, such as a line break; expected one that fits into a line of a script`
  throw new LayerRotationError('INVALID_CONFIG', message)
}
