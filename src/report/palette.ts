/** The colours of pages, light and dark, as custom properties of CSS. */
export const palette = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c1e21; --quiet: #5c6269; --line: #d9dce0; --band: #f5f6f8; --accent: #46327e;
  --good: #1a7f4b; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --ink: #e6e7e9; --quiet: #a3a9b0; --line: #353a40; --band: #1f2226; --accent: #b9a7f0;
    --good: #5fcf95; --bad: #ff8a80;
  }
}
`
