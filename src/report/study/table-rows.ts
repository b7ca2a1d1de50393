import { count } from '../../numbers.js'

/** The most rows of a table; the files for other programs have all. */
export const mostTableRows = 1000

/** A sentence on the rows that a table leaves out; empty if it has all. */
export const restOf = (rows: number): string =>
  rows <= mostTableRows ? '' : `${count(rows - mostTableRows)} more are not listed.`
