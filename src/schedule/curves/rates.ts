import { z } from 'zod'
import { count } from '../../numbers.js'
import { fp32 } from '../../validation/fp32.js'

/** A learning rate to start from: a finite number above 0. */
export const rate = fp32(z.number().positive())

/** A learning rate to end at: a finite number of at least 0. */
export const finalRate = fp32(z.number().min(0)).default(0)

/** Epochs that a schedule stretches over, not necessarily whole; null for those of the run. */
export const length = z.number().positive().nullable().default(null)

/** The length in words, after a space; '' for that of the run. */
export const inEpochs = (epochs: number | null): string => (epochs === null ? '' : ` in ${count(epochs, 'epoch')}`)

/** The length in a run of `share` times the epochs; that of the run stays that of the run. */
export const shortened = (epochs: number | null, share: number): number | null => epochs && epochs * share
