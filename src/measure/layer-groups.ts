import type { Checkpoint } from '../checkpoints/checkpoint.js'

/** The groups of layers that serve the same purpose, in the order of tables. */
export const layerGroups = ['embeddings', 'attention', 'mlp', 'convolution', 'norms', 'head', 'other'] as const

export type LayerGroup = (typeof layerGroups)[number]

/**
 * The words of names that tell a group, a part between dots each, from Hugging Face's GPT-2, Llama, BERT, ViT and T5, timm,
 * torchvision, nn.Transformer and GGUF; the first that matches decides. Names may have any prefix, such as Lightning's `model.`.
 */
const words: readonly (readonly [LayerGroup, RegExp])[] = [
  ['norms', /(norm\d*|layernorm_\w+|(^|\.)(ln|bn|gn)(_?\d+|_f|_pre|_post|_final)?)(\.(weight|bias|gamma|beta))?$/i],
  ['attention', /attn|attention|(^|\.)([qkvo]_proj|[qkv]_lin|out_lin|qkv)(\.|$)/i],
  ['mlp', /(^|\.)(mlp|ffn|ffn_\w+|feed_?forward|experts|intermediate|densereludense|linear[12]|fc\d)(\.|$)/i],
  ['mlp', /(^|\.)layer\.\d+\.output\.dense(\.|$)|dense_(h_to_4h|4h_to_h)/i],
  ['head', /(^|\.)(lm_head|mlp_head|heads?|classifier|fc|score|qa_outputs|predictions|pooler)(\.|$)|^output\.weight$/i],
  ['embeddings', /embed|embd|(^|\.)(wte|wpe|shared|token_types|cls_token|class_token|dist_token|mask_token)(\.|$)/i],
  ['convolution', /(^|[._])(conv|downsample)/i],
  ['mlp', /(^|\.)dense\d*(\.|$)/i],
]

/** Tensors beside the weights, which no training changes by gradients: statistics of norms, rotary frequencies, causal masks. */
const isBuffer = ({ name, shape }: { name: string; shape: readonly number[] }): boolean =>
  /(^|\.)(running_(mean|var)|inv_freq|masked_bias|attn_mask|causal_mask)$/.test(name) ||
  (/attn\.bias$/.test(name) && shape.length === 4)

/**
 * Tells the group of each tensor of a checkpoint by its name and shape: a `weight` of one dimension is the scale of a norm, a
 * bias goes with its weight, and what no name tells and has three and more dimensions is a convolution. Buffers are left out.
 */
export function groupTensors({ tensors }: Checkpoint): Map<string, LayerGroup> {
  const groups = new Map<string, LayerGroup>()
  const weights = tensors.filter((tensor) => !isBuffer(tensor))
  for (const { name, shape } of weights) groups.set(name, groupOf(name, shape))
  for (const { name } of weights) {
    const weight = groups.get(name.replace(/\.bias$/, '.weight'))
    if (weight !== undefined) groups.set(name, weight)
  }
  return groups
}

function groupOf(name: string, shape: readonly number[]): LayerGroup {
  if (shape.length === 1 && /(^|\.)weight$/.test(name)) return 'norms'
  const found = words.find(([, pattern]) => pattern.test(name))
  return found?.[0] ?? (shape.length > 2 ? 'convolution' : 'other')
}
