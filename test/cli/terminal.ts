import { Writable } from 'node:stream'
import type { WriteStream } from 'node:tty'

/**
 * The screen of a terminal that understands what the command line writes: text, colours and hyperlinks (left out), line ends, cursor
 * up, erasing. As tmux and most others do, it wraps its lines again when its width changes. It never scrolls.
 */
export class Terminal extends Writable {
  readonly isTTY = true
  readonly rows = 24
  /** Rows of the screen, with a mark on those that continue in the next. */
  private screen: { text: string; wrapped: boolean }[] = [{ text: '', wrapped: false }]
  private row = 0
  private column = 0
  /** Sequences that it met and does not know. */
  readonly unknown: string[] = []
  writes = 0

  constructor(public columns: number) {
    super({ decodeStrings: false })
  }

  asStream(): WriteStream {
    return this as unknown as WriteStream
  }

  get lines(): string[] {
    const texts = this.screen.map(({ text }) => text.trimEnd())
    while (texts.at(-1) === '') texts.pop()
    return texts
  }

  resize(columns: number): void {
    const before = this.screen.slice(0, this.row).map((line) => ({ ...line }))
    this.columns = columns
    const logical: string[] = []
    let open = false
    for (const { text, wrapped } of before) {
      if (open) logical.push(logical.pop()! + text)
      else logical.push(text)
      open = wrapped
    }
    this.screen = logical.flatMap((text) => {
      const parts = text.trimEnd().match(new RegExp(`.{1,${columns}}`, 'gu')) ?? ['']
      return parts.map((part, i) => ({ text: part, wrapped: i < parts.length - 1 }))
    })
    this.row = this.screen.length
    this.screen.push({ text: '', wrapped: false })
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.writes += 1
    for (const [token] of chunk.matchAll(/\u001b\[\??[\d;]*[A-Za-z]|\u001b\]8;;.*?\u001b\\|./gsu)) this.interpret(token)
    done()
  }

  private interpret(token: string): void {
    if (token === '\n') {
      this.row += 1
      this.column = 0
      this.line()
    } else if (token === '\r') this.column = 0
    else if (token === '\u001b[K') this.line().text = this.line().text.slice(0, this.column)
    else if (token === '\u001b[J') {
      this.line().text = this.line().text.slice(0, this.column)
      this.screen.length = this.row + 1
    } else if (/^\u001b\[\d+A$/.test(token)) this.row = Math.max(0, this.row - Number.parseInt(token.slice(2)))
    else if (/^\u001b(\[(\?2026[hl]|[\d;]*m)$|\]8;;)/.test(token)) return
    else if (token.startsWith('\u001b')) this.unknown.push(JSON.stringify(token))
    else this.put(token)
  }

  private put(character: string): void {
    if (this.column === this.columns) {
      this.line().wrapped = true
      this.row += 1
      this.column = 0
    }
    const characters = [...this.line().text.padEnd(this.column)]
    characters[this.column] = character
    this.line().text = characters.join('')
    this.column += 1
  }

  private line(): { text: string; wrapped: boolean } {
    while (this.screen.length <= this.row) this.screen.push({ text: '', wrapped: false })
    return this.screen[this.row]!
  }
}
