/** The published data sets, by their names on the command line, which needs them without loading what they are made of. */
export const setNames = ['mnist', 'fashion-mnist', 'cifar-10', 'cifar-100', 'tiny-imagenet'] as const

export type SetName = (typeof setNames)[number]
