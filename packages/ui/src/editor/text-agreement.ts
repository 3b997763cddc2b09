/**
 * What an editor and the state of its page have told each other about one text. The state learns of a keystroke a moment
 * later and hands it back; by then more may have been typed, and what comes back must not undo that. Only a text that the
 * editor has not said itself comes from elsewhere: from a reload, from a shell.
 */
export class TextAgreement {
  /** In the editor now. */
  #text: string;
  /** What the state had when it spoke last. */
  #heard: string;
  /** What the state was told and has not handed back yet, oldest first. */
  #said: string[] = [];

  constructor(text: string) {
    this.#text = text;
    this.#heard = text;
  }

  /** The editor's text changed, and the state is told of it. */
  typed(text: string): void {
    this.#text = text;
    this.#said.push(text);
  }

  /** The state speaks. True: the editor has to take this text over. */
  hears(text: string): boolean {
    const isNews = text !== this.#heard;
    this.#heard = text;
    if (text === this.#text) {
      this.#said = [];
      return false;
    }
    if (!isNews) return false;
    const echo = this.#said.indexOf(text);
    if (echo >= 0) {
      this.#said.splice(0, echo + 1);
      return false;
    }
    this.#text = text;
    this.#said = [];
    return true;
  }
}
