import { Failure } from '../support/command.ts';
import { replaceEscapes } from '../support/escapes.ts';
import { toPosixRegExp } from '../support/posix-regex.ts';

export type Address =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  | { readonly kind: 'regex'; readonly regex: RegExp | undefined }
  | { readonly kind: 'plus'; readonly lines: number };

export interface Substitution {
  /** Undefined: the last one used. */
  readonly regex: RegExp | undefined;
  readonly replacement: readonly ReplacementPart[];
  readonly nth: number;
  readonly all: boolean;
  readonly print: boolean;
  readonly file: string | undefined;
}

export type ReplacementPart = string | number | { readonly fold: 'U' | 'L' | 'u' | 'l' | 'E' };

export interface SedCommand {
  readonly name: string;
  readonly from?: Address | undefined;
  readonly to?: Address | undefined;
  readonly negated: boolean;
  /** Text of a, i, c; label of b, t, T; file of r, w; exit code of q. */
  readonly text: string;
  readonly substitution?: Substitution;
  readonly map?: ReadonlyMap<string, string>;
  /** For `{`: where the block ends; for b, t, T: where the label stands. */
  jump: number;
  /** Where a range stands: the line that ends it, while it is open. */
  open: boolean;
  until: number;
}

/** Takes a script apart. @throws {Failure} */
export function parseSed(script: string, extended: boolean): readonly SedCommand[] {
  return new SedParser(script, extended).parse();
}

class SedParser {
  readonly #script: string;
  readonly #extended: boolean;
  #at = 0;

  constructor(script: string, extended: boolean) {
    this.#script = script;
    this.#extended = extended;
  }

  parse(): readonly SedCommand[] {
    const commands: SedCommand[] = [];
    const blocks: SedCommand[] = [];
    for (;;) {
      this.#skip(/[\s;]/);
      if (this.#at >= this.#script.length) break;
      if (this.#peek() === '#') {
        while (this.#at < this.#script.length && this.#peek() !== '\n') this.#at++;
        continue;
      }
      const command = this.#command();
      if (command.name === '}') {
        const block = blocks.pop();
        if (block === undefined) throw new Failure('unexpected }');
        block.jump = commands.length;
        continue;
      }
      if (command.name === '{') blocks.push(command);
      commands.push(command);
    }
    if (blocks.length > 0) throw new Failure('unmatched {');
    for (const command of commands) {
      if (!'btT'.includes(command.name)) continue;
      const target = commands.findIndex(({ name, text }) => name === ':' && text === command.text);
      if (command.text !== '' && target < 0) throw new Failure(`can't find label for jump to '${command.text}'`);
      command.jump = command.text === '' ? commands.length : target;
    }
    return commands;
  }

  #peek(): string {
    return this.#script[this.#at] ?? '';
  }

  #skip(pattern: RegExp): void {
    while (this.#at < this.#script.length && pattern.test(this.#peek())) this.#at++;
  }

  #command(): SedCommand {
    const from = this.#address();
    let to: Address | undefined;
    this.#skip(/[ \t]/);
    if (from !== undefined && this.#peek() === ',') {
      this.#at++;
      this.#skip(/[ \t]/);
      to = this.#address();
      if (to === undefined) throw new Failure('no address after comma');
    }
    this.#skip(/[ \t]/);
    let negated = false;
    while (this.#peek() === '!') {
      negated = true;
      this.#at++;
      this.#skip(/[ \t]/);
    }
    const name = this.#peek();
    this.#at++;
    const base = { name, from, to, negated, text: '', jump: 0, open: false, until: 0 };
    switch (name) {
      case '{':
      case '}':
      case '=':
      case 'd':
      case 'D':
      case 'g':
      case 'G':
      case 'h':
      case 'H':
      case 'l':
      case 'n':
      case 'N':
      case 'p':
      case 'P':
      case 'x':
      case 'F':
      case 'z':
        this.#end(name);
        return base;
      case 's':
        return { ...base, substitution: this.#substitution() };
      case 'y':
        return { ...base, map: this.#map() };
      case 'a':
      case 'i':
      case 'c':
        return { ...base, text: this.#text() };
      case ':':
      case 'b':
      case 't':
      case 'T':
        return { ...base, text: this.#until(/[;\n}]/).trim() };
      case 'r':
      case 'R':
      case 'w':
      case 'W':
        return { ...base, text: this.#until(/\n/).trim() };
      case 'q':
      case 'Q':
        return { ...base, text: this.#until(/[;\n}]/).trim() };
      default:
        throw new Failure(`unsupported command ${name}`);
    }
  }

  #end(name: string): void {
    this.#skip(/[ \t]/);
    const next = this.#peek();
    if (name !== '{' && name !== '}' && next !== '' && !'\n;}#'.includes(next))
      throw new Failure(`extra characters after command`);
  }

  #until(pattern: RegExp): string {
    const start = this.#at;
    while (this.#at < this.#script.length && !pattern.test(this.#peek())) this.#at++;
    return this.#script.slice(start, this.#at);
  }

  #address(): Address | undefined {
    const rest = this.#script.slice(this.#at);
    const stepped = /^(\d+)~(\d+)/.exec(rest);
    if (stepped !== null) {
      this.#at += stepped[0].length;
      return { kind: 'step', first: Number(stepped[1]), step: Number(stepped[2]) };
    }
    const number = /^(\+?)(\d+)/.exec(rest);
    if (number !== null) {
      this.#at += number[0].length;
      return number[1] === '+' ? { kind: 'plus', lines: Number(number[2]) } : { kind: 'line', line: Number(number[2]) };
    }
    if (rest.startsWith('$')) {
      this.#at++;
      return { kind: 'last' };
    }
    if (!rest.startsWith('/') && !rest.startsWith('\\')) return undefined;
    if (rest.startsWith('\\')) this.#at++;
    const source = this.#delimited(this.#peek(), true);
    const flags = /^[IM]*/.exec(this.#script.slice(this.#at))?.[0] ?? '';
    this.#at += flags.length;
    return { kind: 'regex', regex: this.#regex(source, flags) };
  }

  #regex(source: string, flags: string): RegExp | undefined {
    if (source === '') return undefined;
    return toPosixRegExp(source, {
      extended: this.#extended,
      global: true,
      ignoreCase: /i/i.test(flags),
      multiline: /m/i.test(flags),
    });
  }

  /** What stands up to the delimiter. In brackets of a regular expression the delimiter is itself. */
  #delimited(delimiter: string, regex: boolean): string {
    if (this.#peek() === delimiter) this.#at++;
    let text = '';
    for (;;) {
      const char = this.#script[this.#at++];
      if (char === undefined || (char === '\n' && regex)) throw new Failure('unmatched delimiter');
      if (char === delimiter) return text;
      if (char === '\\') {
        const next = this.#script[this.#at++] ?? '';
        if (next === delimiter)
          text +=
            regex && /[|+?(){}.*^$]/.test(next) && !this.#extended && '.*^$'.includes(next)
              ? `\\${next}`
              : regex && this.#extended && /[|+?(){}.*^$]/.test(next)
                ? `\\${next}`
                : next;
        else if (next === 'n' && regex) text += '\n';
        else text += `\\${next}`;
        continue;
      }
      if (char === '[' && regex) {
        const close = /^\^?\]?(?:\[[:.=].*?[:.=]\]|[^\]])*\]/s.exec(this.#script.slice(this.#at));
        if (close !== null) {
          text += char + close[0];
          this.#at += close[0].length;
          continue;
        }
      }
      text += char;
    }
  }

  #substitution(): Substitution {
    const delimiter = this.#peek();
    const source = this.#delimited(delimiter, true);
    this.#at--;
    const replacement = this.#delimited(delimiter, false);
    const flags = /^[gpiIme0-9]*/.exec(this.#script.slice(this.#at))?.[0] ?? '';
    this.#at += flags.length;
    let file: string | undefined;
    if (this.#peek() === 'w') {
      this.#at++;
      file = this.#until(/\n/).trim();
    }
    this.#end('s');
    return {
      regex: this.#regex(source, flags),
      replacement: replacementParts(replacement),
      nth: Number(/\d+/.exec(flags)?.[0] ?? 1),
      all: flags.includes('g'),
      print: flags.includes('p'),
      file,
    };
  }

  #map(): ReadonlyMap<string, string> {
    const delimiter = this.#peek();
    const unescaped = (text: string): string[] => [
      ...text.replace(/\\([\\n])/g, (_all, char: string) => (char === 'n' ? '\n' : '\\')),
    ];
    const from = unescaped(this.#delimited(delimiter, false));
    this.#at--;
    const to = unescaped(this.#delimited(delimiter, false));
    if (from.length !== to.length) throw new Failure(`strings for y command have different lengths`);
    return new Map(from.map((char, i) => [char, to[i] ?? '']));
  }

  /** `a\`, a newline and the text; or the text at once, as GNU has it. */
  #text(): string {
    this.#skip(/[ \t]/);
    if (this.#peek() === '\\') {
      this.#at++;
      this.#skip(/[ \t]/);
      if (this.#peek() === '\n') this.#at++;
    }
    let text = '';
    while (this.#at < this.#script.length && this.#peek() !== '\n') {
      if (this.#peek() === '\\') {
        this.#at++;
        text += this.#peek() === 't' ? '\t' : this.#peek();
        this.#at++;
        continue;
      }
      text += this.#peek();
      this.#at++;
    }
    return text;
  }
}

function replacementParts(text: string): readonly ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  let literal = '';
  const push = (part: ReplacementPart): void => {
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(part);
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '&') push(0);
    else if (char !== '\\') literal += char;
    else {
      const next = text[++i] ?? '';
      if (/\d/.test(next)) push(Number(next));
      else if (next === 'U' || next === 'L' || next === 'u' || next === 'l' || next === 'E') push({ fold: next });
      else if (/[ntrfva]/.test(next)) literal += replaceEscapes(`\\${next}`).text;
      else literal += next;
    }
  }
  if (literal !== '') parts.push(literal);
  return parts;
}
