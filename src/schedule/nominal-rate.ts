import type { LearningRateConfig } from './schedule.js'

/**
 * The one number that a schedule goes by in tables and labels: the rate that the user gave. Of a one-cycle its largest, of
 * a table its first, of a warmup and of schedules per layer that of the schedule inside. Null of rates that follow another run
 * or what is measured.
 */
export function nominalRate(config: LearningRateConfig): number | null {
  if ('initial' in config) return config.initial
  switch (config.type) {
    case 'oneCycle':
      return config.maximum
    case 'tabulated':
      return config.values[0]!
    case 'warmup':
      return nominalRate(config.schedule)
    case 'perLayer':
      return nominalRate(config.default)
    case 'replay':
    case 'rotateTo':
      return null
  }
}
