/** A way to bring the names of a file's tensors to those of a model. */
export interface Renaming {
  /** The change: `its names without "module."`; undefined if there is none. */
  words: string | undefined
  /** The name in the model of a tensor of the file. */
  rename(name: string): string
}

/** Names that stand for the same part of a network in torchvision, in github.com/kuangliu/pytorch-cifar and elsewhere. */
const synonyms = [
  ['shortcut', 'downsample'],
  ['linear', 'fc', 'classifier', 'head'],
]

/**
 * The renamings that may make the tensors of a file those of a model: none; without the parts that all names of the file begin
 * with, such as `module.` of DataParallel or `_orig_mod.` of torch.compile; with those that all names of the model begin
 * with; and with the names that other libraries give to the same parts.
 */
export function renamings(names: readonly string[], ours: readonly string[]): Renaming[] {
  const asHere = synonymsOf(ours)
  const ways: Renaming[] = []
  for (const added of beginnings(ours)) {
    for (const removed of beginnings(names)) {
      if (removed !== '' && removed === added) continue
      const rename = (name: string) => added + (name.startsWith(removed) ? name.slice(removed.length) : name)
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

/** The parts that all names begin with, from none to all: for a.b.weight and a.b.bias '', 'a.', 'a.b.'. */
function beginnings(names: readonly string[]): string[] {
  const [first = ''] = names
  const found = ['']
  for (let end = first.indexOf('.'); end !== -1 && found.length <= mostParts; end = first.indexOf('.', end + 1)) {
    const beginning = first.slice(0, end + 1)
    if (!names.every((name) => name.startsWith(beginning))) break
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
