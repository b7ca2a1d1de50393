import { printable } from '../printable.js'

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '−': '$-$',
  '–': '--',
  '…': '\\ldots{}',
  '·': '$\\cdot$',
  '×': '$\\times$',
  α: '$\\alpha$',
  β: '$\\beta$',
  ρ: '$\\rho$',
  λ: '$\\lambda$',
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/**
 * Escapes a text for LaTeX: nothing in it is a command. Raised numbers, as those of 3⁻²·⁵, become exponents. Other characters
 * stay: every LaTeX since 2018 reads UTF-8.
 */
export function latex(text: string): string {
  return printable(text)
    .split(/(\d*⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:·[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)/)
    .map((part, i) =>
      i % 2 === 1 ? power(part) : [...part].map((character) => escapes[character] ?? character).join(''),
    )
    .join('')
}

function power(text: string): string {
  const [, base, exponent] = /^(\d*)(.*)$/.exec(text)!
  const digits = [...exponent!].map((character) => {
    if (character === '⁻') return '-'
    if (character === '·') return '.'
    return String(superscripts.indexOf(character))
  })
  return `$${base!}^{${digits.join('')}}$`
}
