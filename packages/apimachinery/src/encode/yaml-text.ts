import { resolveScalar } from '../decode/yaml/scalars.ts';
import { isBreak } from '../decode/yaml/source.ts';
import { goFloat } from '../go/number.ts';
import { compareNaturally } from './natural-order.ts';

/**
 * YAML to the byte as Kubernetes and kubectl write it: keys in natural order, lists not indented, texts in the style
 * that libyaml picks, folded behind the 80th column.
 *
 * @see https://github.com/kubernetes-sigs/yaml
 */
export function encodeYaml(value: unknown): string {
  const writer = new YamlWriter();
  writer.node(value, -1, 'root');
  return writer.finish();
}

/** Columns behind which a line is folded at the next space. */
const WIDTH = 80;
/** Keys that are longer stand behind a `?`. */
const LONGEST_SIMPLE_KEY = 128;

type Place = 'root' | 'mapValue' | 'listItem' | 'simpleKey';

class YamlWriter {
  #text = '';
  #lineStart = 0;

  finish(): string {
    return this.#text.endsWith('\n') ? this.#text : `${this.#text}\n`;
  }

  get #column(): number {
    return this.#text.length - this.#lineStart;
  }

  #put(text: string): void {
    this.#text += text;
  }

  #newline(indent: number, breakText = '\n'): void {
    this.#text += breakText;
    this.#lineStart = this.#text.length;
    this.#text += ' '.repeat(Math.max(0, indent));
  }

  /** `indent` is that of the collection around; -1 outside of all. The cursor is where the node begins. */
  node(value: unknown, indent: number, place: Place): void {
    if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value)) this.#list(value, indent, place);
      else this.#map(value as Readonly<Record<string, unknown>>, indent, place);
      return;
    }
    const needsSpace = place === 'mapValue';
    if (needsSpace) this.#put(' ');
    // Continuation lines of a scalar stand one step further in.
    this.#scalar(value, indent < 0 ? 2 : indent + 2, place);
  }

  #list(items: readonly unknown[], outer: number, place: Place): void {
    if (items.length === 0) {
      this.#put(place === 'mapValue' ? ' []' : '[]');
      return;
    }
    // Lists in maps are not indented.
    const indent = outer < 0 ? 0 : place === 'mapValue' ? outer : outer + 2;
    items.forEach((item, at) => {
      if (at > 0 || place === 'mapValue') this.#newline(indent, this.#text.endsWith('\n') ? '' : '\n');
      this.#put('- ');
      this.node(item, indent, 'listItem');
    });
  }

  #map(map: Readonly<Record<string, unknown>>, outer: number, place: Place): void {
    const keys = Object.keys(map);
    if (keys.length === 0) {
      this.#put(place === 'mapValue' ? ' {}' : '{}');
      return;
    }
    const indent = outer < 0 ? 0 : outer + 2;
    keys.sort(compareNaturally).forEach((key, at) => {
      if (at > 0 || place === 'mapValue') this.#newline(indent, this.#text.endsWith('\n') ? '' : '\n');
      this.#entry(key, map[key], indent);
    });
  }

  #entry(key: string, value: unknown, indent: number): void {
    const isSimple = key.length <= LONGEST_SIMPLE_KEY && ![...key].some(isBreak);
    if (isSimple) {
      this.#scalar(key, indent + 2, 'simpleKey');
      this.#put(':');
      this.node(value, indent, 'mapValue');
      return;
    }
    this.#put('? ');
    this.#scalar(key, indent + 2, 'listItem');
    this.#newline(indent, this.#text.endsWith('\n') ? '' : '\n');
    this.#put(':');
    this.node(value, indent, 'mapValue');
  }

  #scalar(value: unknown, indent: number, place: Place): void {
    if (typeof value !== 'string') {
      this.#put(typeof value === 'number' ? numberText(value) : String(value ?? null));
      return;
    }
    const style = styleOf(value, place === 'simpleKey');
    const folds = place !== 'simpleKey';
    switch (style) {
      case 'plain':
        this.#folded(value, indent, folds, '');
        return;
      case 'single':
        this.#folded(value, indent, folds, "'");
        return;
      case 'double':
        this.#doubleQuoted(value, indent, folds);
        return;
      case 'literal':
        this.#literal(value, indent);
        return;
    }
  }

  #folded(text: string, indent: number, folds: boolean, quote: string): void {
    this.#put(quote);
    const characters = [...text];
    let spaces = false;
    let breaks = false;
    characters.forEach((character, at) => {
      if (character === ' ') {
        const isInner = quote === '' || (at > 0 && at < characters.length - 1);
        const canFold = folds && !spaces && isInner && this.#column > WIDTH && characters[at + 1] !== ' ';
        if (canFold) this.#newline(indent);
        else this.#put(' ');
        spaces = true;
        return;
      }
      if (isBreak(character)) {
        if (!breaks && character === '\n') this.#put('\n');
        this.#put(character);
        this.#lineStart = this.#text.length;
        breaks = true;
        return;
      }
      if (breaks) this.#put(' '.repeat(indent));
      this.#put(character === "'" && quote !== '' ? "''" : character);
      spaces = false;
      breaks = false;
    });
    this.#put(quote);
  }

  #doubleQuoted(text: string, indent: number, folds: boolean): void {
    this.#put('"');
    const characters = [...text];
    let spaces = false;
    characters.forEach((character, at) => {
      if (isSpecial(character) || character === '"' || character === '\\' || isBreak(character)) {
        this.#put(escaped(character));
        spaces = false;
        return;
      }
      if (character !== ' ') {
        this.#put(character);
        spaces = false;
        return;
      }
      if (folds && !spaces && this.#column > WIDTH && at > 0 && at < characters.length - 1) {
        this.#newline(indent);
        if (characters[at + 1] === ' ') this.#put('\\');
      } else this.#put(' ');
      spaces = true;
    });
    this.#put('"');
  }

  #literal(text: string, indent: number): void {
    const first = text[0] ?? '';
    const hint = first === ' ' || isBreak(first) ? '2' : '';
    const chomp = !text.endsWith('\n') ? '-' : text.length === 1 || text.at(-2) === '\n' ? '+' : '';
    this.#put(`|${hint}${chomp}`);
    const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
    for (const line of lines) {
      this.#newline(line === '' ? 0 : indent);
      this.#put(line);
    }
    if (text.endsWith('\n')) this.#newline(0);
  }
}

type Style = 'plain' | 'single' | 'double' | 'literal';

/** How libyaml and go-yaml between them write a text. */
function styleOf(text: string, isSimpleKey: boolean): Style {
  const seen = analyse(text);
  if (text.includes('\n')) return !seen.blockAllowed || isSimpleKey ? 'double' : 'literal';
  const isMisread = !isReadAsText(text) || isOldBool(text) || BASE_60.test(text) || TIMESTAMP.test(text);
  if (isMisread) return 'double';
  if (seen.plainAllowed && text !== '') return 'plain';
  return seen.singleAllowed ? 'single' : 'double';
}

/** True when a bare word would be read back as this text. */
function isReadAsText(text: string): boolean {
  try {
    return typeof resolveScalar(text, undefined, true).value === 'string';
  } catch {
    // Not a number, infinity: values that YAML has and JSON has not.
    return false;
  }
}

/** Numbers to the base of 60, which YAML 1.1 has and no parser here reads. */
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const TIMESTAMP =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?$/;
const isOldBool = (text: string): boolean => /^(?:y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/.test(text);

const FIRST_INDICATORS = new Set([...'#,[]{}&*!|>\'"%@`']);

function analyse(text: string): { plainAllowed: boolean; singleAllowed: boolean; blockAllowed: boolean } {
  let hasIndicator = text.startsWith('---') || text.startsWith('...');
  let isSpecialSeen = false;
  let hasBreak = false;
  let spaceBreak = false;
  let breakSpace = false;
  let previous = '';
  const characters = [...text];
  characters.forEach((character, at) => {
    const next = characters[at + 1] ?? '';
    const isFollowed = next === '' || next === ' ' || next === '\t' || isBreak(next);
    if (at === 0 && FIRST_INDICATORS.has(character)) hasIndicator = true;
    if (at === 0 && (character === '?' || character === '-') && isFollowed) hasIndicator = true;
    if (character === ':' && isFollowed) hasIndicator = true;
    if (character === '#' && (previous === ' ' || previous === '\t' || isBreak(previous))) hasIndicator = true;
    if (isSpecial(character)) isSpecialSeen = true;
    if (isBreak(character)) {
      hasBreak = true;
      if (previous === ' ') spaceBreak = true;
    } else if (character === ' ' && isBreak(previous)) breakSpace = true;
    previous = character;
  });
  const edges = [characters[0] ?? '', characters.at(-1) ?? ''];
  const isPadded = edges.some((edge) => edge === ' ' || isBreak(edge));
  const isUnfit = spaceBreak || isSpecialSeen;
  return {
    plainAllowed: !isPadded && !breakSpace && !isUnfit && !hasBreak && !hasIndicator,
    singleAllowed: !breakSpace && !isUnfit,
    blockAllowed: !text.endsWith(' ') && !isUnfit,
  };
}

/** What libyaml does not take for printable: controls, tabs, marks of byte order, and all beyond the first plane. */
function isSpecial(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0a || (code >= 0x20 && code <= 0x7e)) return false;
  return code < 0xa0 ? code !== 0x85 : code === 0xfeff || code > 0xfffd || (code >= 0xd800 && code < 0xe000);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escaped(character: string): string {
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Whole numbers as far as 64 bits go; the rest as Go's `%g`. */
const numberText = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 64 ? BigInt(value).toString() : goFloat(value);
