import { readdir } from 'node:fs/promises'
import { basename, extname } from 'node:path'

/**
 * Tells whether a path is what a report leaves behind: report.html, its figures/, or a folder with nothing else. A pattern
 * such as `runs/mnist/*` also matches these, once a report was written beside the runs.
 */
export async function isEarlierReport(path: string): Promise<boolean> {
  if (basename(path) === 'report.html') return true
  const names = await readdir(path).catch((): string[] => [])
  if (basename(path) === 'figures') return names.every((name) => ['.svg', '.png'].includes(extname(name)))
  return names.includes('report.html') && names.every((name) => name === 'report.html' || name === 'figures')
}
