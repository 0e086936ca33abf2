import { stripVTControlCharacters, styleText } from 'node:util';

/** Narrower than this, two columns hold too little. */
const NARROW = 90;
const WIDEST = 150;
const DIVIDER = ' │ ';

type Style = Parameters<typeof styleText>[0];

/**
 * What two sides do, as it happens: side by side in a terminal that is wide enough, else one under the other, each line
 * with the name of its side.
 */
export class Screen {
  readonly #out: NodeJS.WriteStream;
  readonly #names: readonly [string, string];

  constructor(out: NodeJS.WriteStream, names: readonly [string, string]) {
    this.#out = out;
    this.#names = names;
  }

  left(text: string, style: Style = []): void {
    this.#say(0, text, style);
  }

  right(text: string, style: Style = []): void {
    this.#say(1, text, style);
  }

  /** Across both. */
  title(text: string): void {
    this.#write(`\n${this.#styled(text, 'bold')}\n`);
  }

  line(text: string, style: Style = []): void {
    this.#write(`${this.#styled(text, style)}\n`);
  }

  /** The names of the sides, above them. */
  heads(): void {
    const width = this.#width;
    if (width === null) return;
    const [left, right] = this.#names.map((name) => this.#styled(name.toUpperCase().padEnd(width), 'bold'));
    this.#write(`\n${left ?? ''}${DIVIDER}${right ?? ''}\n${'─'.repeat(width + 1)}┼${'─'.repeat(width + 1)}\n`);
  }

  #say(side: 0 | 1, text: string, style: Style): void {
    const width = this.#width;
    if (width === null) {
      const name = this.#names[side].padEnd(Math.max(...this.#names.map(({ length }) => length)));
      this.#write(`${this.#styled(name, 'dim')}  ${this.#styled(text, style)}\n`);
      return;
    }
    for (const row of wrap(text, width)) {
      const cell = this.#styled(row.padEnd(width), style);
      this.#write(side === 0 ? `${cell}${DIVIDER}\n` : `${' '.repeat(width)}${DIVIDER}${cell}\n`);
    }
  }

  /** Of one column; null when there is room for only one. */
  get #width(): number | null {
    const columns = this.#out.isTTY ? this.#out.columns : 0;
    return columns < NARROW ? null : Math.floor((Math.min(columns, WIDEST) - DIVIDER.length) / 2);
  }

  /** Plain where the output is no terminal, or colours are not wanted. */
  #styled(text: string, style: Style): string {
    return styleText(style, text, { stream: this.#out });
  }

  #write(text: string): void {
    this.#out.write(this.#out.isTTY ? text : stripVTControlCharacters(text));
  }
}

function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  for (const word of text.split(' ')) {
    const row = rows.at(-1);
    if (row !== undefined && row.length + 1 + word.length <= width) rows[rows.length - 1] = `${row} ${word}`;
    else rows.push(word.slice(0, width));
  }
  return rows;
}
