/** `full` is the paper's size; `laptop` asks the same question of smaller networks. */
export const scales = ['full', 'laptop'] as const

export type Scale = (typeof scales)[number]
