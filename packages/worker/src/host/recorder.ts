import type { PageFile } from '../page-protocol.ts';
import type { Deed, NotedDeed, WorldLog } from '../world-log.ts';

/** Characters of all deeds together; who does more has a world that no log can hold. */
const MOST = 400_000;

/** Remembers what is done to a cluster. */
export class Recorder {
  #startMs: number;
  #deeds: NotedDeed[] = [];
  #characters = 0;
  #isWhole = true;
  /** Files as the log has them, and as the page has them. */
  #noted = new Map<string, string>();
  #files: readonly PageFile[] = [];

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  /** Goes on with a log. Undefined: nobody knows what was done before. */
  resume(log: WorldLog | undefined): void {
    if (log === undefined) {
      this.#isWhole = false;
      return;
    }
    this.#startMs = log.startMs;
    this.#deeds = [...log.deeds];
    this.#isWhole = log.isWhole;
    this.#characters = JSON.stringify(log.deeds).length;
    for (const [, deed] of log.deeds) if (deed.do === 'files') this.#take(deed.put, deed.removed);
  }

  /** The page has these files from now on; they are noted with the next thing that is done. */
  files(files: readonly PageFile[]): void {
    this.#files = files;
  }

  /** @param isStill time has not moved since what was noted before */
  note(deed: Deed, nowMs: number, isStill = false): void {
    if (!this.#isWhole) return;
    this.#noteFiles(nowMs);
    const at = nowMs - this.#startMs;
    const last = this.#deeds.at(-1)?.[1];
    // Letters do nothing until a line of them is whole: they are noted with its end.
    if (isTyped(deed) && last !== undefined && isTyped(last) && last.terminal === deed.terminal) {
      if (!HAS_CONTROL.test(last.request.text)) {
        const request = { type: 'input', text: last.request.text + deed.request.text } as const;
        this.#deeds[this.#deeds.length - 1] = [at, { ...deed, request }];
        this.#count(deed.request.text.length);
        return;
      }
    }
    this.#deeds.push(isStill ? [at, deed, 1] : [at, deed]);
    this.#count(JSON.stringify(deed).length);
  }

  log(nowMs: number): WorldLog {
    this.#noteFiles(nowMs);
    return {
      version: 1,
      startMs: this.#startMs,
      endMs: nowMs,
      deeds: [...this.#deeds],
      isWhole: this.#isWhole,
    };
  }

  #noteFiles(nowMs: number): void {
    if (!this.#isWhole) return;
    const names = new Set(this.#files.map(({ name }) => name));
    const put = this.#files.filter(({ name, text }) => this.#noted.get(name) !== text);
    const removed = [...this.#noted.keys()].filter((name) => !names.has(name));
    if (put.length + removed.length === 0) return;
    this.#take(put, removed);
    const deed: Deed = { do: 'files', put, removed };
    this.#deeds.push([nowMs - this.#startMs, deed]);
    this.#count(JSON.stringify(deed).length);
  }

  #take(put: readonly PageFile[], removed: readonly string[]): void {
    for (const { name, text } of put) this.#noted.set(name, text);
    for (const name of removed) this.#noted.delete(name);
  }

  #count(characters: number): void {
    this.#characters += characters;
    if (this.#characters <= MOST) return;
    this.#isWhole = false;
    this.#deeds = [];
  }
}

type Typed = Extract<Deed, { do: 'terminal' }> & {
  readonly request: { readonly type: 'input'; readonly text: string };
};

const isTyped = (deed: Deed): deed is Typed => deed.do === 'terminal' && deed.request.type === 'input';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const HAS_CONTROL = /[\u0000-\u001f\u007f]/;
