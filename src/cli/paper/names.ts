// Names of paper/, repeated here because wrong use and completions must not wait for its modules to load; a test compares them.

/** The experiments that are trained as studies. */
export const studied = [
  'alpha-rho',
  'learning-rate',
  'going-further',
  'weight-decay',
  'adaptive',
  'replay',
  'warmup',
  'mnist-rates',
] as const

/** The experiments that `repeatPaper` trains. */
export const repeated = ['mnist', 'cifar10-fast'] as const

/** Words in the place of an experiment: train all studies, compare and report studies, test the claims. */
export const actions = ['all', 'report', 'claims'] as const

/** The tasks. */
export const tasks = ['C10-CNN1', 'C100-resnet', 'tiny-CNN', 'C10-CNN2', 'C100-WRN', 'C10-resnet', 'MNIST'] as const

/** The sizes of an experiment. */
export const scales = ['full', 'laptop'] as const
