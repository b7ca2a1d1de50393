import type { ExperimentConfig } from '../experiment/config.js'
import { configDigest } from './digest.js'
import type { AxisValue, StudyPoint } from './study-config.js'

/** The most characters of the labels in the name of a folder. */
const longestLabels = 80

/** The digits of an experiment's digest at the end of its folder's name. */
const digits = 10

/** The end of the names of a point's folder, whatever its values are called. */
export const digestEnd = (experiment: ExperimentConfig): string => configDigest(experiment).slice(0, digits)

/**
 * The name of a point's folder: its values, as far as they fit, and ten digits of its experiment's digest, such as
 * `seed-2_initial-0.03704_5f1c09a2be`. Letters, digits, '.', '-' and '_'.
 */
export function pointFolder({ values, experiment }: StudyPoint): string {
  const labels = Object.entries(values).map(([axis, value]) => `${lastKey(axis)}-${plainText(value)}`)
  const plain = labels
    .join('_')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
  const parts = [plain.slice(0, longestLabels), digestEnd(experiment)]
  return parts.filter((part) => part !== '').join('_')
}

function plainText(value: AxisValue): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return String(value)
  const { type, rule } = value as { type?: AxisValue; rule?: AxisValue }
  return [type, rule].flatMap((part) => (part === undefined ? [] : [plainText(part)])).join('-')
}

const lastKey = (axis: string): string => axis.slice(axis.lastIndexOf('.') + 1)
