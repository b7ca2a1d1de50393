/** A word as a shell takes it: in quotes, if it has other characters than those that mean themselves everywhere. */
export const shellWord = (word: string): string =>
  /^[\w.=+:/,@%^-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
