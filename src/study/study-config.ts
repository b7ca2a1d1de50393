import type { ExperimentConfig } from '../experiment/config.js'

/** A value on an axis: anything that a JSON file can hold. */
export type AxisValue = string | number | boolean | null | readonly AxisValue[] | { readonly [key: string]: AxisValue }

/** The values of one point, by the names of the axes. */
export type PointValues = Readonly<Record<string, AxisValue>>

/** One run of a study. */
export interface StudyPoint {
  values: PointValues
  experiment: ExperimentConfig
}

/** A study with every point spelt out: data that fits into a JSON file. */
export interface StudyConfig {
  /** The name of the study, of its folder and of its experiments. */
  name: string
  /** The experiment that the axes change; null if a function made the experiments, or if they were listed. */
  base: ExperimentConfig | null
  /** The names of the axes, each a path of a config unless a function made the experiments. */
  axes: string[]
  points: StudyPoint[]
}
