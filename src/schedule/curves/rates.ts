import { z } from 'zod'
import { count } from '../../numbers.js'

/** A learning rate to start from: a finite number above 0. */
export const rate = z.number().positive()

/** A learning rate to end at: a finite number of at least 0. */
export const finalRate = z.number().min(0).default(0)

/** Epochs that a schedule stretches over, not necessarily whole; null for those of the run. */
export const length = z.number().positive().nullable().default(null)

/** The length in words, after a space; '' for that of the run. */
export const inEpochs = (epochs: number | null): string => (epochs === null ? '' : ` in ${count(epochs, 'epoch')}`)
