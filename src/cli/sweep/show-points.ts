import { plannedPoints } from '../../study/keep-ledger.js'
import type { StudyConfig } from '../../study/study-config.js'
import type { Difference } from '../../train/differences.js'
import { print } from '../output.js'
import { describePoints, describeStudy } from './describe.js'

/** Prints the points of a study and the states of their runs, and changes nothing. */
export async function showPoints(
  study: StudyConfig,
  folder: string,
  accept: readonly Difference[] = [],
): Promise<void> {
  const points = await plannedPoints(study, folder, { acceptChanges: accept.includes('config') })
  print(describeStudy(study), '', ...(await describePoints({ ...study, points }, folder)))
}
