/** The tasks on which the paper studies generalisation and training speed, in its order. */
export const mainTasks = ['C10-CNN1', 'C100-resnet', 'tiny-CNN', 'C10-CNN2', 'C100-WRN'] as const

/** The tasks without augmentation, on which the whole grids were run. */
export const gridTasks = ['C10-CNN1', 'C100-resnet', 'tiny-CNN'] as const

/** Every task: the main ones, that of the warmup, and that of the features. */
export const taskNames = [...mainTasks, 'C10-resnet', 'MNIST'] as const

export type MainTask = (typeof mainTasks)[number]
export type GridTask = (typeof gridTasks)[number]
export type TaskName = (typeof taskNames)[number]
