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

  test('shows characters that turn the direction of writing or command a terminal', () => {
    expect(html`<p>${'a\u202eb\u001b[31m\n'}</p>`.text).toBe('<p>a\\u202eb\\u001b[31m\n</p>')
  })

  test('replaces what is no character', () => {
    expect(escape('a\0\u0085\uFFFF\uD800b\tc\nd')).toBe('a\\u0000\\u0085\uFFFD\uFFFDb\tc\nd')
  })

  test('escapes every character once', () => {
    expect(escape('&amp;')).toBe('&amp;amp;')
  })
})
