import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { printable } from '../../printable.js'

/** The path of `file` to be shown: relative if it is inside the working folder, otherwise absolute. */
export function shortPath(file: string): string {
  const relative = path.relative('', file)
  if (relative === '') return '.'
  return printable(relative.startsWith('..') ? path.resolve(file) : relative)
}

/** The short path, as a hyperlink (OSC 8) that terminals with support for it open on a click. */
export function clickablePath(file: string): string {
  if (!process.stdout.isTTY || process.env['TERM'] === 'dumb') return shortPath(file)
  const url = pathToFileURL(path.resolve(file)).href
  return `\u001b]8;;${url}\u001b\\${shortPath(file)}\u001b]8;;\u001b\\`
}
