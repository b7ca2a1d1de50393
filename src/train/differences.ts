import { LayerRotationError } from '../errors.js'
import { changes } from '../experiment/changes.js'
import type { ExperimentConfig } from '../experiment/config.js'
import type { RunEnvironment } from '../run/environment.js'

/** Differences between the two parts of a run, with their names in messages. */
const subjects = {
  config: 'the experiment',
  data: 'the data',
  libtorch: 'LibTorch',
  version: 'layer-rotation',
  device: 'the device',
  cpu: 'the processor',
  threads: 'the number of CPU threads',
  processes: 'the number of processes',
} as const

/** A difference that resume can accept; the numbers of the run are then no longer repeatable. */
export type Difference = keyof typeof subjects

export const differenceNames = Object.keys(subjects) as Difference[]

/** A difference and the sentence that names it. */
interface Found {
  subject: Difference
  text: string
}

/**
 * Refuses to resume a run that would not reach the same numbers.
 *
 * @param folder folder of the run
 * @param accepted differences that the user accepts
 * @returns the sentences of all differences that were found
 * @throws {LayerRotationError} INVALID_CONFIG, naming the differences that are not accepted
 */
export function requireSame(
  folder: string,
  found: readonly Found[],
  accepted: readonly Difference[] | undefined = [],
): string[] {
  const others = found.filter(({ subject }) => !accepted.includes(subject))
  if (others.length > 0) {
    const names = [...new Set(others.map(({ subject }) => subject))].join(',')
    const lines = others.map(({ text }) => text)
    const advice = `to resume anyway (the results will differ from an uninterrupted run): --accept ${names}`
    throw new LayerRotationError(
      'INVALID_CONFIG',
      [`${folder} cannot be resumed to the same results:`, ...lines, advice].join('\n  '),
    )
  }
  return found.map(({ text }) => text)
}

/** Differences of the experiment, except for those that do not decide its numbers. */
export function configDifferences(before: ExperimentConfig, now: ExperimentConfig): Found[] {
  return changes(before, now).map(({ path, from, to }) => ({
    subject: 'config',
    text: `${path} was ${from} and is ${to}`,
  }))
}

/**
 * Differences of software, hardware and data.
 *
 * @param away end of the sentence on the data, if they may be others because the run is resumed from another folder
 */
export function environmentDifferences(before: RunEnvironment, now: RunEnvironment, away = ''): Found[] {
  const onCpu = now.device === 'cpu' && before.device === 'cpu'
  const pairs: [Difference, unknown, unknown][] = [
    ['libtorch', before.libtorch, now.libtorch],
    ['version', before.layerRotation, now.layerRotation],
    ['device', deviceOf(before), deviceOf(now)],
    ['processes', before.processes ?? 1, now.processes ?? 1],
    ...(onCpu
      ? ([
          ['cpu', `${before.cpu} (${before.platform})`, `${now.cpu} (${now.platform})`],
          ['threads', before.threads, now.threads],
        ] satisfies [Difference, unknown, unknown][])
      : []),
  ]
  const found: Found[] = pairs
    .filter(([, was, is]) => was !== is)
    .map(([subject, was, is]) => ({ subject, text: `${subjects[subject]} was ${String(was)} and is ${String(is)}` }))
  if (before.data !== now.data)
    found.push({ subject: 'data', text: `the data has changed since the run started${away}` })
  return found
}

/** The device in words; its index is left out, because devices of one kind and name compute the same. */
function deviceOf({ device, deviceDescription }: RunEnvironment): string {
  const [kind] = device.split(':')
  return kind === 'cpu' ? 'the CPU' : `${kind} (${deviceDescription ?? 'unknown'})`
}
