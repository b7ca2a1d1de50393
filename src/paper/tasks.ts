import { cifar10Fast } from './cifar10-fast.js'
import { mnist } from './mnist.js'

/** The experiments that can be repeated, by their names on the command line. */
export const paperTasks = { mnist, 'cifar10-fast': cifar10Fast }

export type PaperTaskName = keyof typeof paperTasks
