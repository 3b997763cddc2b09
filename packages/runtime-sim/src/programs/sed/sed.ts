import type { Process } from '@tabernetes/node-api';
import { attempt, command, complain, Failure, UsageError } from '../support/command.ts';
import { LONGEST_TEXT, outOfMemory } from '../support/holding.ts';
import { Output } from '../support/input.ts';
import { parseOptions } from '../support/options.ts';
import { Lines } from './lines.ts';
import { type Address, parseSed, type ReplacementPart, type SedCommand, type Substitution } from './parse.ts';

/** Jumps that a script makes before others have their turn, and see what it printed. */
const TURNS_PER_REST = 100;

/** The stream editor. */
export const sed = command('[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'i::nrEszu' + 'e:f:', {
    quiet: 'n',
    silent: 'n',
    'regexp-extended': 'E',
    'in-place': 'i',
    expression: 'e',
    file: 'f',
    unbuffered: 'u',
  });
  const operands = [...options.operands];
  const scripts: string[] = [];
  for (const { letter, value } of options.order) {
    if (letter === 'e') scripts.push(value);
    if (letter === 'f') scripts.push(process.fs.readText(value).replace(/\n$/, ''));
  }
  if (scripts.length === 0) {
    const first = operands.shift();
    if (first === undefined) throw new UsageError('');
    scripts.push(first);
  }
  const script = scripts.join('\n');
  const extended = options.has('r') || options.has('E');
  const quiet = options.has('n') || script.startsWith('#n\n');
  if (!options.has('i')) return new Editor(process, parseSed(script, extended), quiet).run(operands);
  let code = 0;
  for (const path of operands) {
    const opened = attempt(() => process.fs.readFile(path));
    if ('error' in opened) {
      await complain(process, `${path}: ${opened.error.message}`);
      code = 1;
      continue;
    }
    const { mode, uid, gid } = process.fs.stat(path);
    const temporary = `${path}${unusual(process)}`;
    const made = attempt(() => process.fs.writeFile(temporary, '', { mode }));
    if ('error' in made) throw new Failure(`can't create temp file '${temporary}': ${made.error.message}`);
    const pieces: string[] = [];
    const target = {
      write: async (chunk: string | Uint8Array) => {
        pieces.push(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
      },
      close: () => undefined,
    };
    const editor = new Editor(process, parseSed(script, extended), quiet, new Output(target));
    const ended = await editor.run([path]);
    const suffix = options.value('i') ?? '';
    if (suffix !== '') process.fs.writeFile(path + suffix, opened.value);
    process.fs.writeFile(temporary, pieces.join(''));
    attempt(() => process.fs.chown(temporary, uid, gid));
    const moved = attempt(() => process.fs.rename(temporary, path));
    if ('error' in moved) {
      process.fs.remove(temporary);
      // What is mounted there (/etc/hosts, a key of a ConfigMap) cannot be replaced.
      const why = moved.error.code === 'EXDEV' ? 'Device or resource busy' : moved.error.message;
      throw new Failure(`can't move '${temporary}' to '${path}': ${why}`);
    }
    if (ended !== 0) code = ended;
  }
  return code;
});

/** What mkstemp puts behind a name. */
const unusual = ({ rng }: Process): string => rng.text(6, LETTERS);

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Others go on after so many replacements in one text. */
const MATCHES_PER_REST = 2000;

class Editor {
  readonly #process: Process;
  readonly #commands: readonly SedCommand[];
  readonly #quiet: boolean;
  readonly #out: Output;
  #lines: Lines | undefined;
  #pattern = '';
  #hold = '';
  #number = 0;
  #turns = 0;
  #terminated = true;
  #appended: string[] = [];
  #lastRegex: RegExp | undefined;
  #substituted = false;
  #missingNewline = false;

  constructor(process: Process, commands: readonly SedCommand[], quiet: boolean, out = new Output(process.stdout)) {
    this.#process = process;
    this.#commands = commands;
    this.#quiet = quiet;
    this.#out = out;
  }

  async run(paths: readonly string[]): Promise<number> {
    const lines = new Lines(this.#process, paths, () => this.#out.flush());
    this.#lines = lines;
    for (const { name, text, substitution } of this.#commands) {
      const file = name === 'w' ? text : substitution?.file;
      if (file !== undefined) this.#process.fs.writeFile(file, '');
    }
    let restart = false;
    for (;;) {
      if (!restart && !(await this.#read())) break;
      restart = false;
      const verdict = await this.#cycle(lines);
      if (verdict === 'restart') {
        restart = true;
        continue;
      }
      if (typeof verdict === 'number') {
        await this.#out.flush();
        return verdict;
      }
    }
    await this.#out.flush();
    return lines.failed ? 1 : 0;
  }

  async #read(): Promise<boolean> {
    const line = await this.#lines?.next();
    if (line === undefined) return false;
    this.#pattern = line.text;
    this.#terminated = line.terminated;
    this.#number++;
    return true;
  }

  #print(text: string, terminated = true): void {
    if (this.#missingNewline) this.#out.add('\n');
    this.#missingNewline = !terminated;
    this.#out.add(terminated ? `${text}\n` : text);
  }

  #finish(): void {
    if (!this.#quiet) this.#print(this.#pattern, this.#terminated);
    this.#appendix();
  }

  #appendix(): void {
    for (const text of this.#appended) {
      if (this.#missingNewline) this.#out.add('\n');
      this.#missingNewline = false;
      this.#out.add(text);
    }
    this.#appended = [];
  }

  /** One line through the script. A number ends the editing with that exit code. */
  async #cycle(lines: Lines): Promise<'next' | 'restart' | number> {
    const commands = this.#commands;
    for (let at = 0; at < commands.length; at++) {
      const command = commands[at];
      if (command === undefined) break;
      if (this.#pattern.length + this.#hold.length > LONGEST_TEXT) outOfMemory(this.#process);
      const chosen = (await this.#selects(command, lines)) !== command.negated;
      if (!chosen) {
        if (command.name === '{') at = command.jump - 1;
        continue;
      }
      switch (command.name) {
        case 'd':
          this.#appendix();
          return 'next';
        case 'D': {
          const newline = this.#pattern.indexOf('\n');
          this.#appendix();
          if (newline < 0) return 'next';
          this.#pattern = this.#pattern.slice(newline + 1);
          await this.#turn();
          return 'restart';
        }
        case 'p':
          this.#print(this.#pattern);
          break;
        case 'P':
          this.#print(this.#pattern.split('\n')[0] ?? '');
          break;
        case '=':
          this.#print(String(this.#number));
          break;
        case 'F':
          this.#print(lines.path);
          break;
        case 'l':
          this.#print(`${JSON.stringify(this.#pattern).slice(1, -1).replace(/\\"/g, '"')}$`);
          break;
        case 's':
          if (command.substitution !== undefined) await this.#substitute(command.substitution);
          break;
        case 'y':
          this.#pattern = [...this.#pattern].map((char) => command.map?.get(char) ?? char).join('');
          break;
        case 'a':
          this.#appended.push(`${command.text}\n`);
          break;
        case 'i':
          this.#print(command.text);
          break;
        case 'c':
          if (command.to === undefined || command.negated || !command.open) this.#print(command.text);
          this.#appendix();
          return 'next';
        case 'r': {
          const read = attempt(() => this.#process.fs.readText(command.text));
          if ('value' in read && read.value !== '') this.#appended.push(read.value);
          break;
        }
        case 'w':
          this.#process.fs.writeFile(command.text, `${this.#pattern}\n`, { append: true });
          break;
        case 'g':
          this.#pattern = this.#hold;
          break;
        case 'G':
          this.#pattern += `\n${this.#hold}`;
          break;
        case 'h':
          this.#hold = this.#pattern;
          break;
        case 'H':
          this.#hold += `\n${this.#pattern}`;
          break;
        case 'x':
          [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
          break;
        case 'z':
          this.#pattern = '';
          break;
        case 'n':
          if (await lines.isLast()) {
            this.#finish();
            return 0;
          }
          this.#finish();
          await this.#read();
          break;
        case 'N': {
          if (await lines.isLast()) {
            this.#finish();
            return 0;
          }
          const before = this.#pattern;
          this.#appendix();
          await this.#read();
          this.#pattern = `${before}\n${this.#pattern}`;
          break;
        }
        case 'b':
          at = command.jump - 1;
          await this.#turn();
          break;
        case 't':
        case 'T':
          if (this.#substituted === (command.name === 't')) {
            at = command.jump - 1;
            await this.#turn();
          }
          this.#substituted = false;
          break;
        case 'q':
          this.#finish();
          return Number(command.text || 0);
        case 'Q':
          return Number(command.text || 0);
      }
    }
    this.#substituted = false;
    this.#finish();
    return 'next';
  }

  /** A script may go round for ever: that takes time, and can be killed. */
  async #turn(): Promise<void> {
    if (++this.#turns % TURNS_PER_REST !== 0) return;
    await this.#out.flush();
    await this.#process.sleep(0);
  }

  async #selects(command: SedCommand, lines: Lines): Promise<boolean> {
    const { from, to } = command;
    if (from === undefined) return true;
    if (to === undefined) return this.#matches(from, lines);
    if (command.open) {
      const ends =
        to.kind === 'line' || to.kind === 'plus' ? this.#number >= command.until : await this.#matches(to, lines);
      if (ends) command.open = false;
      // A range whose last line is already past is over.
      return !(to.kind === 'line' && this.#number > command.until);
    }
    if (!(await this.#matches(from, lines))) return false;
    if (to.kind === 'line' || to.kind === 'plus') {
      command.until = to.kind === 'line' ? to.line : this.#number + to.lines;
      command.open = command.until > this.#number;
    } else command.open = to.kind !== 'last' || !(await lines.isLast());
    return true;
  }

  async #matches(address: Address, lines: Lines): Promise<boolean> {
    switch (address.kind) {
      case 'line':
        return this.#number === address.line;
      case 'last':
        return lines.isLast();
      case 'step':
        return address.step === 0
          ? this.#number === address.first
          : this.#number >= address.first && (this.#number - address.first) % address.step === 0;
      case 'plus':
        return false;
      default: {
        const regex = this.#regex(address.regex);
        regex.lastIndex = 0;
        return regex.test(this.#pattern);
      }
    }
  }

  #regex(regex: RegExp | undefined): RegExp {
    const used = regex ?? this.#lastRegex;
    if (used === undefined) throw new Failure('no previous regexp');
    this.#lastRegex = used;
    return used;
  }

  async #substitute({ regex, replacement, nth, all, print, file }: Substitution): Promise<void> {
    const used = this.#regex(regex);
    const text = this.#pattern;
    let out = '';
    let at = 0;
    let count = 0;
    used.lastIndex = 0;
    for (let match = used.exec(text); match !== null; match = used.exec(text)) {
      // An empty match right behind another one is none.
      const adjacent = match[0] === '' && match.index === at && at > 0 && count > 0;
      if (!adjacent) {
        count++;
        if (count % MATCHES_PER_REST === 0) {
          if (out.length > LONGEST_TEXT) outOfMemory(this.#process);
          await this.#process.sleep(0);
        }
        if (count >= nth) {
          out += text.slice(at, match.index) + fill(replacement, match);
          at = match.index + match[0].length;
          if (!all) break;
        }
      }
      if (match[0] === '') used.lastIndex++;
    }
    if (count < nth) return;
    this.#pattern = out + text.slice(at);
    this.#substituted = true;
    if (print) this.#print(this.#pattern);
    if (file !== undefined) this.#process.fs.writeFile(file, `${this.#pattern}\n`, { append: true });
  }
}

function fill(parts: readonly ReplacementPart[], match: RegExpExecArray): string {
  let out = '';
  let fold = '';
  let once = '';
  for (const part of parts) {
    if (typeof part === 'object') {
      if (part.fold === 'u' || part.fold === 'l') once = part.fold;
      else fold = part.fold === 'E' ? '' : part.fold;
      continue;
    }
    let text = typeof part === 'string' ? part : (match[part] ?? '');
    if (fold !== '') text = fold === 'U' ? text.toUpperCase() : text.toLowerCase();
    if (once !== '' && text !== '') {
      text = (once === 'u' ? text.slice(0, 1).toUpperCase() : text.slice(0, 1).toLowerCase()) + text.slice(1);
      once = '';
    }
    out += text;
  }
  return out;
}
