import { requireStudy } from './require-study.js'
import { resolve } from 'node:path'
import { csvCell } from '../files/csv-cell.js'
import { json } from '../files/json.js'
import { makeFolder } from '../files/make-folder.js'
import { writeWhole } from '../files/write.js'
import { requirePath } from '../validation/path.js'
import { studyLayout } from './ledger.js'
import { seedAxis, studyAxes, type StudyAxis } from './study-axes.js'
import type { Study, StudyRow } from './study-row.js'

type Cell = string | number | boolean | null

interface Column {
  name: string
  cell: (row: StudyRow) => Cell
}

/**
 * Writes the rows of a study as two tables with the same columns: study.csv (RFC 4180) and study.json, a list of records.
 * docs/studies.md explains the columns.
 *
 *     pandas.read_csv('study.csv')
 *     pandas.read_json('study.json')
 *
 * @param into the folder, by default the study's
 * @returns the absolute paths of both files
 * @throws {LayerRotationError} WRITE_FAILED
 */
export async function writeStudyTables(
  study: Study,
  into: string = study.folder,
): Promise<{ csv: string; json: string }> {
  requireStudy(study, 'writeStudyTables')
  requirePath(into, 'writeStudyTables', 'into')
  const folder = resolve(into) // stays the same if the program changes its working directory
  await makeFolder(folder)
  const files = { csv: resolve(folder, studyLayout.table), json: resolve(folder, studyLayout.rows) }
  const columns = columnsOf(study)
  const names = columns.map(({ name }) => name)
  const cells = study.rows.map((row) => columns.map(({ cell }) => cell(row)))
  const records = cells.map((row) => Object.fromEntries(row.map((cell, i) => [names[i]!, cell])))
  await writeWhole(files.csv, [names, ...cells].map((row) => `${row.map(csvCell).join(',')}\r\n`).join(''))
  await writeWhole(files.json, json(records))
  return files
}

function columnsOf(study: Study): Column[] {
  const numbers = fixedColumns.map(({ name }) => name)
  const rotationsOf = new Map(
    study.rows.map((row) => [row, new Map(row.layers.map((one) => [one.layer, one.rotation]))]),
  )
  const layers = [...new Set([...rotationsOf.values()].flatMap((rotations) => [...rotations.keys()]))]
  const rotations = layers.map((layer) => ({
    name: `rotation.${layer}`,
    cell: (row: StudyRow) => rotationsOf.get(row)!.get(layer) ?? null,
  }))
  const taken = new Set([...numbers, ...rotations.map(({ name }) => name)])
  const axes = studyAxes(study).filter((axis) => !isSeedOfRun(axis, study.rows))
  const points = axes.map((axis) => {
    let { name } = axis
    while (taken.has(name)) name = `axis.${name}`
    taken.add(name)
    return { name, cell: valueOf(axis) }
  })
  return [...points, ...fixedColumns, ...rotations]
}

const fixedColumns: readonly Column[] = [
  { name: 'seed', cell: ({ seed }) => seed },
  { name: 'folder', cell: ({ folder }) => folder },
  { name: 'state', cell: ({ state }) => state },
  { name: 'reason', cell: ({ reason }) => reason },
  { name: 'warnings', cell: ({ warnings }) => (warnings.length === 0 ? null : warnings.join('; ')) },
  { name: 'epochs', cell: ({ epochs }) => epochs },
  { name: 'planned_epochs', cell: ({ experiment }) => experiment.epochs },
  { name: 'test_accuracy', cell: ({ testAccuracy }) => testAccuracy },
  { name: 'test_loss', cell: ({ testLoss }) => testLoss },
  { name: 'val_accuracy', cell: ({ valAccuracy }) => valAccuracy },
  { name: 'val_loss', cell: ({ valLoss }) => valLoss },
  { name: 'train_accuracy', cell: ({ trainAccuracy }) => trainAccuracy },
  { name: 'train_loss', cell: ({ trainLoss }) => trainLoss },
  { name: 'best_epoch', cell: ({ bestEpoch }) => bestEpoch },
  { name: 'best_val_accuracy', cell: ({ bestValAccuracy }) => bestValAccuracy },
  { name: 'best_test_accuracy', cell: ({ bestTestAccuracy }) => bestTestAccuracy },
  { name: 'seconds', cell: ({ seconds }) => seconds },
  { name: 'rotation_mean', cell: ({ meanRotation }) => meanRotation },
  { name: 'rotation_first', cell: ({ firstRotation }) => firstRotation },
  { name: 'rotation_last', cell: ({ lastRotation }) => lastRotation },
]

/** Tells whether an axis says the same as the column of the runs' seeds. */
const isSeedOfRun = ({ name, values, placeOf }: StudyAxis, rows: readonly StudyRow[]): boolean =>
  name === seedAxis && rows.every((row) => values[placeOf(row)] === row.seed)

/** A point's value on an axis; its label for an object or a list, which no cell can hold. */
const valueOf =
  ({ values, labels, placeOf }: StudyAxis) =>
  (row: StudyRow): Cell => {
    const value = values[placeOf(row)]!
    return typeof value === 'object' && value !== null ? labels[placeOf(row)]! : value
  }
