import { writePaperReport } from '../../report/paper/write-paper-report.js'
import { readLedger } from '../../study/ledger.js'
import type { Study } from '../../study/study-row.js'
import { writeStudyTables } from '../../study/study-tables.js'
import type { PaperComparison } from '../comparison/compare.js'
import { comparisonNotes, comparisonTables } from '../comparison/tables.js'
import { trainingsIn } from '../comparison/trainings.js'
import type { PaperExperiment } from '../experiments/experiment.js'
import type { Scale } from '../scale.js'
import { disagreements } from './disagreements.js'
import { paperFigures } from './paper-figures.js'
import { paperView } from './paper-view.js'

const scaleTexts: Record<Scale, string> = {
  full: 'The trainings have the paper’s size: networks, images, epochs and schedules are the authors’, as far as they are known.',
  laptop:
    'The trainings are smaller than the paper’s: narrower networks, a fifth of the images, 16 epochs with the drops of the ' +
    'learning rate in proportion, batches of 64 instead of 128, an L2 penalty five times as strong. Orders and shapes can be ' +
    'compared with the published ones, numbers cannot.',
}

/**
 * Writes the report on an experiment of the paper into the folder of its study: report.html, figures/, study.csv and study.json.
 * Any part of the study may be finished.
 *
 * @param comparison as `comparePaper` returns it
 * @returns the absolute path of report.html
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED, WRITE_FAILED
 */
export async function reportPaper(
  experiment: PaperExperiment,
  study: Study,
  comparison: PaperComparison,
): Promise<string> {
  const { scale, rows } = comparison
  const { folder } = study
  const trainings = trainingsIn(experiment, scale, (await readLedger(folder)).points)
  const view = await paperView(folder, trainings, { ...experiment, isScaled: scale === 'laptop' })
  await writeStudyTables(study)
  return writePaperReport(study, {
    title: experiment.title,
    question: experiment.shows,
    scale: scaleTexts[scale],
    comparison: comparisonTables(comparison),
    notes: comparisonNotes(comparison),
    disagreements: disagreements[experiment.name] ?? [],
    figures: await paperFigures(experiment, view, rows),
  })
}
