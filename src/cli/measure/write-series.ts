import type { CheckpointSeries } from '../../measure/series-measurement.js'
import { writeMeasurement } from '../../measure/measurement-files.js'
import { clickablePath } from '../terminal/path.js'

/** Writes the tables and the report of a series into a folder. @returns lines that say where they are */
export async function writeSeries(series: CheckpointSeries, folder: string): Promise<string[]> {
  const { writeMeasurementReport } = await import('../../report/measure/write-measurement-report.js')
  const table = await writeMeasurement(series, folder)
  const report = await writeMeasurementReport(series, folder)
  return [`table     ${clickablePath(table)}`, `report    ${clickablePath(report)}`]
}
