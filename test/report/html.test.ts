import { describe, expect, test } from 'vitest'
import { escape, html, Html } from '../../src/report/html.js'

describe('html', () => {
  test('escapes what is inserted into text and attributes', () => {
    const hostile = `"><script>alert('&')</script>`
    expect(html`<a title="${hostile}">${hostile}</a>`.text).toBe(
      '<a title="&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;">' +
        '&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;</a>',
    )
  })

  test('inserts html as it is, lists one after the other, numbers as text', () => {
    expect(html`<p>${[html`<b>${1}</b>`, '<', ['a', html`<i></i>`]]}</p>`.text).toBe('<p><b>1</b>&lt;a<i></i></p>')
    expect(html`${0}${''}${new Html('<hr>')}`.text).toBe('0<hr>')
  })

  test('replaces control characters, which a page must not hold', () => {
    expect(escape('a\u001b[31m\0\u0085\uFFFFb\tc\nd')).toBe('a\uFFFD[31m\uFFFD\uFFFD\uFFFDb\tc\nd')
  })

  test('escapes every character once', () => {
    expect(escape('&amp;')).toBe('&amp;amp;')
  })
})
