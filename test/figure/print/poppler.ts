import { spawnSync } from 'node:child_process'

/** Why the tests of PDFs skip; undefined where Debian's poppler-utils, which read them, are there. */
export const withoutPoppler =
  spawnSync('pdffonts', ['-v']).error === undefined ? undefined : 'poppler-utils are not installed'

export function poppler(
  program: 'pdffonts' | 'pdftotext' | 'pdftoppm' | 'pdfinfo',
  ...words: readonly string[]
): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program}: ${stderr}`)
  return stdout
}
