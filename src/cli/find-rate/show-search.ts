import type { ExperimentConfig } from '../../experiment/config.js'
import { findRate, type FindRateOptions } from '../../find-rate/find-rate.js'
import type { RateSearch } from '../../find-rate/rate-search.js'
import { interruptible } from '../interruption.js'
import { workDisplay } from '../progress/displays.js'
import { SearchDisplay } from './search-display.js'

/**
 * Searches a rate and shows the data that is read and the steps.
 *
 * @param isQuiet prints nothing, for a program that reads the result from the output
 * @throws the errors of `findRate`
 */
export async function showSearch(
  config: ExperimentConfig,
  options: Pick<FindRateOptions, 'low' | 'high' | 'steps'>,
  isQuiet: boolean,
): Promise<RateSearch> {
  const [work, display] = [workDisplay(), new SearchDisplay()]
  const listeners: Pick<FindRateOptions, 'onData' | 'onNote' | 'onProgress'> = {
    onData: (progress) => work.progress(progress),
    onNote: (note) => work.note(note),
    onProgress: (progress) => {
      work.end()
      display.progress(progress)
    },
  }
  return interruptible((signal) => findRate(config, { ...options, ...(!isQuiet && listeners), signal }), {
    note: isQuiet ? () => undefined : (line) => display.note(line),
    stopping: () => 'Stopping after this step',
  }).finally(() => {
    work.end()
    display.end()
  })
}
