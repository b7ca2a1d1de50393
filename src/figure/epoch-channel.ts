import type { Frame } from './panel-grid.js'

/** The horizontal channel of a panel over epochs, from 0 to the last one. */
export const epochChannel = (last: number, { single, xAxis }: Frame, title = 'epoch') => ({
  field: 'epoch',
  type: 'quantitative' as const,
  scale: { domain: [0, last], nice: false },
  axis: xAxis({ title, tickCount: single ? 10 : 4, tickMinStep: 1 }),
})
