/**
 * Joins the notes that differ only in the checkpoint, which stands before a colon: `step1.pt and others: b is tied to a`. A series
 * of a hundred checkpoints would say the same a hundred times.
 */
export function withoutRepeats(notes: readonly string[]): string[] {
  const places = new Map<string, string[]>()
  for (const note of notes) {
    const end = note.indexOf(': ')
    const [place, text] = [note.slice(0, end), note.slice(end)]
    places.set(text, [...(places.get(text) ?? []).slice(0, 1), place])
  }
  return Array.from(places, ([text, [first, other]]) => `${first}${other === undefined ? '' : ' and others'}${text}`)
}
