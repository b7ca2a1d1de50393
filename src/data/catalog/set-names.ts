/**
 * The published data sets by their names on the command line, in the order in which it lists them. The command line needs
 * them for help and completion, without loading the data sets themselves.
 */
export const setNames = ['mnist', 'fashion-mnist', 'cifar-10', 'cifar-100', 'tiny-imagenet'] as const

export type SetName = (typeof setNames)[number]
