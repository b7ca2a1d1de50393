/** A way to bring the names of a file's tensors to those of a model. */
export interface Renaming {
  /** The change: `its names without "module."`; undefined if there is none. */
  words: string | undefined
  /** The name in the model of a tensor of the file. */
  rename: (name: string) => string
}

/** Names that stand for the same part of a network in torchvision, in github.com/kuangliu/pytorch-cifar and elsewhere. */
const synonyms = [
  ['shortcut', 'downsample'],
  ['linear', 'fc', 'classifier', 'head'],
]

/** Parts that wrappers of modules put between others, where torch.compile, FSDP and activation checkpointing wrap a part of a model. */
const wrappers = new Set(['_orig_mod', '_fsdp_wrapped_module', '_checkpoint_wrapped_module'])

const unwrapped = (name: string): string =>
  name
    .split('.')
    .filter((part) => !wrappers.has(part))
    .join('.')

/**
 * The renamings that may make the tensors of a file those of a model: none; without the parts that the names of the file begin
 * with, such as `module.` of DataParallel or `_orig_mod.` of torch.compile; with those that the names of the model begin
 * with; with the names that other libraries give to the same parts; and without the parts of wrappers.
 *
 * @param share the least share of names that must have a beginning which is removed or put before others: 0 … 1
 */
export function renamings(names: readonly string[], ours: readonly string[], share = 1): Renaming[] {
  const ways = waysBetween(names, ours, share)
  if ([...names, ...ours].every((name) => unwrapped(name) === name)) return ways
  const back = new Map(ours.map((name) => [unwrapped(name), name]))
  const inner = waysBetween(names.map(unwrapped), [...back.keys()], share)
  const named = inner.map(({ words, rename }): Renaming => {
    const found = (name: string) => {
      const plain = rename(unwrapped(name))
      return back.get(plain) ?? plain
    }
    return { words: `${words ?? 'its names'} without the parts of wrappers, such as "_orig_mod"`, rename: found }
  })
  return [...ways, ...named]
}

function waysBetween(names: readonly string[], ours: readonly string[], share: number): Renaming[] {
  const asHere = synonymsOf(ours)
  const known = new Set(ours)
  const ways: Renaming[] = []
  for (const added of beginnings(ours, share)) {
    for (const removed of beginnings(names, share)) {
      if (removed !== '' && removed === added) continue
      const rename = (name: string) => {
        const renamed = added + (name.startsWith(removed) ? name.slice(removed.length) : name)
        return share < 1 && known.has(name) && !known.has(renamed) ? name : renamed
      }
      const changes = [
        ...(removed === '' ? [] : [`without ${JSON.stringify(removed)}`]),
        ...(added === '' ? [] : [`with ${JSON.stringify(added)} before them`]),
      ]
      ways.push({ words: wordsOf(changes), rename })
      ways.push({
        words: wordsOf([...changes, 'with parts named as in the model']),
        rename: (name) => asHere(rename(name)),
      })
    }
  }
  return ways
}

const wordsOf = (changes: readonly string[]): string | undefined =>
  changes.length === 0 ? undefined : `its names ${changes.join(', ')}`

/** The most parts that are removed from or put before names. */
const mostParts = 4

/**
 * The parts that names begin with, from none to the longest: for a.b.weight and a.b.bias '', 'a.', 'a.b.'.
 *
 * @param share the least share of the names that must have them
 */
function beginnings(names: readonly string[], share: number): string[] {
  const found = ['']
  for (let beginning = ''; found.length <= mostParts;) {
    const counts = new Map<string, number>()
    for (const name of names) {
      const end = name.startsWith(beginning) ? name.indexOf('.', beginning.length) : -1
      if (end !== -1) counts.set(name.slice(0, end + 1), (counts.get(name.slice(0, end + 1)) ?? 0) + 1)
    }
    const most = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0] as [string, number])
    if (most[1] === 0 || most[1] < share * names.length) break
    beginning = most[0]
    found.push(beginning)
  }
  return found
}

/** Replaces the parts of a name by the synonyms that the model has. */
function synonymsOf(ours: readonly string[]): (name: string) => string {
  const parts = new Set(ours.flatMap((name) => name.split('.')))
  const here = new Map(
    synonyms.flatMap((group) => {
      const [mine, ...others] = group.filter((word) => parts.has(word))
      return mine === undefined || others.length > 0 ? [] : group.map((word) => [word, mine] as const)
    }),
  )
  return (name) =>
    name
      .split('.')
      .map((part) => here.get(part) ?? part)
      .join('.')
}
