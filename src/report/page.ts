import { Html, html } from './html.js'
import { style } from './style.js'

/** A complete, self-contained page; its security policy prevents it from loading or running anything. */
export function page(title: string, sections: readonly Html[]): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <title>${title}</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <main>${sections}</main>
      </body>
    </html> `.text
}
