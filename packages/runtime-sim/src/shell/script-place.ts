/** Where in the text of a script a shell stands. */
export class ScriptPlace {
  #text = '';
  #firstLine = 0;
  #position = 0;
  #statementEnd = 0;
  /** Scripts that are being read, one inside of the other: files, `eval`, traps. */
  depth = 0;

  get text(): string {
    return this.#text;
  }

  /** The statement that runs, as it was written. */
  get statement(): string {
    return this.#text.slice(this.#position, this.#statementEnd).replace(/[\s;&]+$/, '');
  }

  /** Line of the statement that runs. Counted when asked. */
  get line(): number {
    let line = this.#firstLine;
    for (let at = this.#text.indexOf('\n'); at >= 0 && at < this.#position; at = this.#text.indexOf('\n', at + 1))
      line++;
    return line;
  }

  /** The number that the first line of a text has: 1 in files, 0 for `-c`. */
  numberFrom(firstLine: number): void {
    this.#firstLine = firstLine;
  }

  /** Stands at a statement, or at another place such as that of an error. */
  moveTo(position: number, end = position): void {
    this.#position = position;
    this.#statementEnd = end;
  }

  /** Stands at the beginning of another text. The result goes back to where it was. */
  enter(text: string, firstLine = this.#firstLine): () => void {
    const outer = this.copy();
    this.#text = text;
    this.#firstLine = firstLine;
    this.#position = 0;
    return () => {
      this.#text = outer.#text;
      this.#firstLine = outer.#firstLine;
      this.#position = outer.#position;
    };
  }

  copy(): ScriptPlace {
    const copy = new ScriptPlace();
    copy.#text = this.#text;
    copy.#firstLine = this.#firstLine;
    copy.#position = this.#position;
    copy.depth = this.depth;
    return copy;
  }
}
