/** The operator of a node: `aten::conv2d` with an overload, or arithmetic on sizes: `integer::mul`. */
export interface Operator {
  name: string
  overload: string
}

/**
 * The operators of ATen that are run: those of which networks consist. Each was called with random arguments a hundred times, forward
 * and backward, and refused them or computed. Others end the process at some: recurrent ones, backward ones, quantised
 * ones, those with an `out`; and `from_file` reads files.
 */
const operators = new Set(
  `
  abs acos add addcdiv addcmul asin atan atan2 bitwise_and bitwise_not bitwise_or ceil clamp clamp_max clamp_min cos cosh div erf exp
  expm1 floor floor_divide fmod frac lerp log log1p log2 maximum minimum mul nan_to_num neg pow reciprocal remainder round rsqrt
  rsub sign sin sinh sqrt square sub tan trunc
  eq ge gt isfinite isinf isnan le logical_and logical_not logical_or logical_xor lt masked_fill ne where
  celu elu gelu glu hardshrink hardsigmoid hardswish hardtanh leaky_relu log_sigmoid mish prelu relu relu6 rrelu selu sigmoid silu
  softplus softshrink tanh threshold log_softmax softmax _log_softmax _softmax
  all amax amin any argmax argmin cumprod cumsum linalg_vector_norm logsumexp max mean min norm prod std std_mean sum var var_mean
  alias broadcast_to cat channel_shuffle chunk clone concat constant_pad_nd contiguous copy detach diagonal expand expand_as fill flatten
  flip gather index index_select lift_fresh_copy movedim narrow pad permute pixel_shuffle pixel_unshuffle reflection_pad1d reflection_pad2d
  repeat replication_pad1d replication_pad2d reshape roll scatter scatter_add select slice split split_with_sizes squeeze stack swapaxes t tile to
  transpose tril triu type_as unbind unflatten unfold unsqueeze view view_as zero _to_copy _unsafe_view
  arange empty empty_like eye full full_like linspace new_empty new_full new_ones new_zeros one_hot ones ones_like scalar_tensor zeros zeros_like
  addmm baddbmm bmm conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d convolution dot einsum embedding linear matmul mm mv
  outer scaled_dot_product_attention
  batch_norm cosine_similarity group_norm instance_norm layer_norm rms_norm
  adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d avg_pool1d avg_pool2d avg_pool3d
  max_pool1d max_pool2d max_pool2d_with_indices max_pool3d upsample_bicubic2d upsample_bilinear2d upsample_nearest2d
  alpha_dropout bernoulli dropout feature_alpha_dropout feature_dropout native_dropout rand rand_like randn randn_like
  sym_numel sym_size
`
    .trim()
    .split(/\s+/),
)

/** Operators and overloads that write into an argument of their own, such as `out`. */
const writesElsewhere = /(^|_)(out|output|grad_input)$/

/** Checks that were made for the sizes of the export; what they check is checked again by the operators themselves. */
const checks = /^(_assert_\w+|sym_constrain_range(_for_size)?)$/

/** Python's arithmetic on sizes. */
const arithmetic = new Set(['add', 'sub', 'mul', 'floordiv', 'mod', 'neg'])

/**
 * The operator that a node of an exported graph names: one of ATen, or arithmetic on sizes.
 *
 * @param target such as `torch.ops.aten.conv2d.default`
 * @returns null for a check that is not needed; a text that says why the operator is not run
 */
export function operatorOf(target: string): Operator | string | null {
  const [, python] = /^_operator\.(\w+)$/.exec(target) ?? []
  if (python !== undefined && arithmetic.has(python)) return { name: `integer::${python}`, overload: '' }
  const [, space, base, overload] = /^torch\.ops\.(\w+)\.(\w+)\.(\w+)$/.exec(target) ?? []
  if (base === undefined) return `${target} is not an operator of ATen`
  if (space !== 'aten') return `${target} belongs to ${space}; only operators of aten are run`
  if (checks.test(base)) return null
  // An operator that ends in _ does its work in place.
  if (!operators.has(base.replace(/_$/, '')) || writesElsewhere.test(overload!)) {
    return `${target} is not among the operators that are run`
  }
  return { name: `aten::${base}`, overload: overload === 'default' ? '' : overload! }
}

/** True for operators that draw random numbers. */
export const isRandom = ({ name }: Operator): boolean =>
  /^aten::((feature_)?(alpha_)?dropout|native_dropout|bernoulli|rand\w*|normal\w*|uniform|exponential|geometric|cauchy|log_normal|random|multinomial|poisson|binomial|rrelu\w*|scaled_dot_product_attention)_?$/.test(
    name,
  )

/** True for operators that change their first argument. */
export const changesItsInput = ({ name }: Operator): boolean => name.endsWith('_') && !name.endsWith('__')
