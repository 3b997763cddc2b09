import { type Disposable, nextTurn } from '@tabernetes/base';
import type { FileSystem } from '@tabernetes/node-api';
import type { FilesChange } from '../../world-protocol.ts';

/** Larger files stay on the machine: an editor is no place for them. */
const MAX_BYTES = 1024 * 1024;
/** What the machine keeps for itself. */
const OWN: ReadonlySet<string> = new Set(['.bash_history']);

interface PageFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Keeps the files of a page and those of a machine's home the same, whoever changes them. Both sides are compared with
 * what they were when they last spoke, never with each other: so a message that is on its way does not undo what the
 * other side did meanwhile.
 *
 * ```
 *   page  ── all its files ──►  seen   differs? write or remove on the machine, unless it is the echo of what it was told
 *   page  ◄── what changed ───  known  differs? tell the page, and remember what it was told (told)
 * ```
 */
export class HomeFiles {
  readonly #tell: (change: FilesChange) => void;
  /** What the page had when it spoke last. */
  #seen = new Map<string, string>();
  /** What the machine had when it was looked at last. */
  #known = new Map<string, string>();
  /** Texts that the page was told and has not answered with yet, oldest first. */
  readonly #told = new Map<string, string[]>();
  readonly #watches = new Map<string, Disposable>();
  #files: FileSystem | undefined;
  #home = '/';
  #isLooking = false;

  constructor(tell: (change: FilesChange) => void) {
    this.#tell = tell;
  }

  /** Another machine: it gets the files of the page. */
  connect(files: FileSystem, home: string): void {
    this.disconnect();
    this.#files = files;
    this.#home = home;
    for (const [name, text] of this.#seen) files.writeFile(`${home}/${name}`, text);
    this.#known = new Map(this.#seen);
    this.#watches.set(
      '',
      files.watch(home, () => this.#changed()),
    );
    this.#look();
  }

  disconnect(): void {
    for (const watch of this.#watches.values()) watch.dispose();
    this.#watches.clear();
    this.#told.clear();
    this.#files = undefined;
  }

  /** The page's files, all of them. */
  set(next: readonly PageFile[]): void {
    const files = this.#files;
    const seen = new Map(next.map(({ name, text }) => [name, text]));
    for (const name of this.#seen.keys()) {
      if (seen.has(name) || (this.#told.get(name)?.length ?? 0) > 0) continue;
      files?.remove(`${this.#home}/${name}`, { force: true, recursive: true });
      this.#known.delete(name);
    }
    for (const { name, text } of next) {
      if (this.#seen.get(name) === text) continue;
      const told = this.#told.get(name) ?? [];
      const echo = told.indexOf(text);
      if (echo >= 0) {
        told.splice(0, echo + 1);
        continue;
      }
      this.#known.set(name, text);
      files?.writeFile(`${this.#home}/${name}`, text);
    }
    this.#seen = seen;
  }

  #changed(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    // What is written in one turn is told at once.
    void nextTurn().then(() => {
      this.#isLooking = false;
      this.#look();
    });
  }

  #look(): void {
    const files = this.#files;
    if (files === undefined) return;
    const now = new Map<string, string>();
    for (const name of files.readDirectory(this.#home)) {
      // What the page has and is nothing for it any more (too large, binary) is not gone.
      const text = this.#textOf(files, name) ?? this.#known.get(name);
      if (text !== undefined) now.set(name, text);
    }
    const put: PageFile[] = [];
    for (const [name, text] of now) {
      if (!this.#watches.has(name)) {
        this.#watches.set(
          name,
          files.watch(`${this.#home}/${name}`, () => this.#changed()),
        );
      }
      if (this.#known.get(name) === text) continue;
      put.push({ name, text });
      const told = this.#told.get(name);
      if (told === undefined) this.#told.set(name, [text]);
      else told.push(text);
    }
    const removed = [...this.#known.keys()].filter((name) => !now.has(name));
    for (const name of removed) this.#told.delete(name);
    for (const [name, watch] of this.#watches) {
      if (name === '' || now.has(name)) continue;
      watch.dispose();
      this.#watches.delete(name);
    }
    this.#known = now;
    if (put.length > 0 || removed.length > 0) this.#tell({ put, removed });
  }

  /** Undefined: nothing for an editor. */
  #textOf(files: FileSystem, name: string): string | undefined {
    if (OWN.has(name)) return undefined;
    const path = `${this.#home}/${name}`;
    if (!files.exists(path)) return undefined;
    const { type, size } = files.stat(path);
    if (type !== 'file' || size > MAX_BYTES) return undefined;
    const text = files.readText(path);
    return text.includes('\0') ? undefined : text;
  }
}
