/** Finds complete JSON values in a text that comes in pieces. */
export class JsonStream {
  #held = '';
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** The values that are complete now. @throws {SyntaxError} */
  push(text: string): readonly unknown[] {
    const values: unknown[] = [];
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const char = text.charCodeAt(i);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (char === 92) this.#escaped = true;
        else if (char === 34) this.#inString = false;
        else continue;
        if (this.#inString || this.#depth > 0) continue;
      } else if (char === 34) {
        this.#inString = true;
        continue;
      } else if (char === 123 || char === 91) {
        // A bare word ends where a bracket begins.
        if (this.#depth++ === 0) {
          this.#take(text.slice(start, i), values);
          start = i;
        }
        continue;
      } else if (char === 125 || char === 93) {
        if (--this.#depth > 0) continue;
      } else if (this.#depth > 0 || (char !== 32 && char !== 10 && char !== 9 && char !== 13)) continue;
      this.#take(text.slice(start, i + 1), values);
      start = i + 1;
    }
    this.#held += text.slice(start);
    return values;
  }

  /** What is left at the end. @throws {SyntaxError} */
  end(): readonly unknown[] {
    const values: unknown[] = [];
    if (this.#depth > 0 || this.#inString) throw new SyntaxError('Unfinished JSON term at EOF at line 1, column 0');
    this.#take('', values);
    return values;
  }

  /** All values of a text. @throws {SyntaxError} */
  whole(text: string): readonly unknown[] {
    return [...this.push(text), ...this.end()];
  }

  #take(text: string, values: unknown[]): void {
    const whole = (this.#held + text).trim();
    this.#held = '';
    if (whole === '') return;
    try {
      values.push(JSON.parse(whole));
    } catch {
      throw new SyntaxError('Invalid numeric literal at line 1, column 0');
    }
  }
}
