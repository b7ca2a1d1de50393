import { mnist } from './mnist.js'

/** The experiments that can be repeated, by their names on the command line. */
export const paperTasks = { mnist }

export type PaperTaskName = keyof typeof paperTasks
