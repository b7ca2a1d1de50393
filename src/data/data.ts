import { z } from 'zod'
import { mnistSchema } from './mnist-config.js'

export const dataSchema = z.discriminatedUnion('type', [mnistSchema])

export type DataConfig = z.output<typeof dataSchema>

/** What a model must fit, known without reading a file. */
export interface DataShape {
  /** One example, channels first, without the batch dimension. */
  inputShape: readonly number[]
  classes: number
}

export function dataShape(config: DataConfig): DataShape {
  switch (config.type) {
    case 'mnist':
      return { inputShape: [1, 28, 28], classes: 10 }
  }
}
