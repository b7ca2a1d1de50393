/** The operator of a node: `aten::conv2d` with an overload, or arithmetic on sizes: `integer::mul`. */
export interface Operator {
  name: string
  overload: string
}

/** Private operators that exported modules call; others do not promise to check their arguments. */
const privateOperators = new Set([
  '_softmax',
  '_log_softmax',
  '_to_copy',
  '_unsafe_view',
  '_unsafe_index',
  '_reshape_alias',
])

/** Operators that read files or change which memory a tensor stands for. */
const refused = new Set([
  'from_file',
  'set_',
  'set',
  'resize_',
  'resize_as_',
  'as_strided_',
  'data',
  'set_data',
  'rename_',
])

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
  if (refused.has(base) || (base.startsWith('_') && !privateOperators.has(base))) {
    return `${target} is not run, because it does not keep to the memory of its tensors or check its arguments`
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
