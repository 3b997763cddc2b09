/** Texts that came before. A set is made with the second of them: most lists have one entry, and every Pod has many lists. */
export class Seen {
  #first: string | undefined;
  #others: Set<string> | undefined;

  has(text: string): boolean {
    return text === this.#first || this.#others?.has(text) === true;
  }

  add(text: string): void {
    if (this.#first === undefined) this.#first = text;
    else {
      this.#others ??= new Set();
      this.#others.add(text);
    }
  }
}
