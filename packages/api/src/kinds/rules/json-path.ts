/** A step of a path. A list is walked in order, each step from what the one before has found. */
type Step =
  | { readonly kind: 'list' | 'union'; readonly steps: readonly Step[] }
  | { readonly kind: 'field' | 'identifier'; readonly name: string }
  | { readonly kind: 'value'; readonly value: unknown }
  | {
      readonly kind: 'slice';
      readonly from?: number;
      readonly to?: number;
      readonly step?: number;
      readonly one: boolean;
    }
  | { readonly kind: 'filter'; readonly left: Step; readonly right?: Step; readonly operator: string }
  | { readonly kind: 'wildcard' | 'recursive' };

/** A template such as `{.spec.ports[*].name}`, read. */
export interface JsonPath {
  readonly steps: readonly Step[];
}

/** Upstream's text for a template that cannot be read, or for data that it does not fit. */
export class JsonPathProblem extends Error {}

/**
 * Reads a template, as kubectl and printer columns write them.
 * @throws {JsonPathProblem}
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/client-go/util/jsonpath/parser.go
 */
export const parseJsonPath = (template: string): JsonPath => ({ steps: new Reader(template).template() });

/** What is wrong with a template; undefined: nothing. */
export function jsonPathProblem(template: string): string | undefined {
  try {
    parseJsonPath(template);
    return undefined;
  } catch (error) {
    if (error instanceof JsonPathProblem) return error.message;
    throw error;
  }
}

/**
 * What the first part of a template finds. Keys that are missing are no problem.
 * @throws {JsonPathProblem} an index is out of bounds, a filter meets no list, …
 */
export function findFirst({ steps: [first] }: JsonPath, data: unknown): readonly unknown[] {
  return first === undefined ? [] : walk(first, [data]);
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  template(): Step[] {
    const parts: Step[] = [];
    while (this.#at < this.#text.length) {
      const brace = this.#text.indexOf('{', this.#at);
      const end = brace < 0 ? this.#text.length : brace;
      if (end > this.#at) parts.push({ kind: 'value', value: this.#text.slice(this.#at, end) });
      this.#at = end;
      if (brace < 0) break;
      this.#at += 1;
      parts.push(this.#action());
    }
    return parts;
  }

  #action(): Step {
    const steps: Step[] = [];
    for (;;) {
      if (this.#skip('}')) return { kind: 'list', steps };
      if (this.#skip('[?(')) steps.push(this.#filter());
      else if (this.#skip('..')) {
        if (steps.at(-1)?.kind === 'recursive') throw new JsonPathProblem('invalid multiple recursive descent');
        steps.push({ kind: 'recursive' });
        if (/[\p{L}\p{Nd}_]/u.test(this.#peek())) steps.push(this.#field());
      } else this.#step(steps);
    }
  }

  #step(steps: Step[]): void {
    const character = this.#peek();
    if (character === '' || character === '\n' || character === '\r') throw new JsonPathProblem('unclosed action');
    if (' @$'.includes(character)) this.#at += 1;
    else if (character === '[') steps.push(...this.#brackets());
    else if (character === '"' || character === "'") steps.push({ kind: 'value', value: this.#quoted(character) });
    else if (character === '.') {
      this.#at += 1;
      steps.push(this.#field());
    } else if (/[+\-\p{Nd}]/u.test(character)) steps.push({ kind: 'value', value: this.#number() });
    else if (/[\p{L}_]/u.test(character)) {
      const name = this.#match(/[^ \t\r\n.,[\]$@{}]*/y);
      const isBool = name === 'true' || name === 'false';
      steps.push(isBool ? { kind: 'value', value: name === 'true' } : { kind: 'identifier', name });
    } else {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      throw new JsonPathProblem(`unrecognized character in action: U+${code} '${character}'`);
    }
  }

  #field(): Step {
    const name = this.#match(/(?:\\[\s\S]|[^\\ \t\r\n.,[\]$@{}])*/y);
    return name === '*' ? { kind: 'wildcard' } : { kind: 'field', name: name.replaceAll('\\', '') };
  }

  #number(): number {
    const text = this.#match(/[+-]?[.\d]*/y);
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text)) throw new JsonPathProblem(`cannot parse number ${text}`);
    return Number(text);
  }

  #quoted(quote: string): string {
    const start = this.#at;
    let end = start + 1;
    for (; ; end += 1) {
      const character = this.#text[end];
      if (character === undefined || character === '\n') throw new JsonPathProblem('unterminated quoted string');
      if (character === quote && this.#text[end - 1] !== '\\') break;
    }
    this.#at = end + 1;
    return this.#text.slice(start + 1, end).replace(/\\([\s\S])/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
  }

  #brackets(): readonly Step[] {
    const end = this.#text.slice(this.#at).search(/[\]\n]/);
    if (end < 0 || this.#text[this.#at + end] === '\n') throw new JsonPathProblem('unterminated array');
    const inside = this.#text.slice(this.#at + 1, this.#at + end);
    this.#at += end + 1;
    const text = inside === '*' ? ':' : inside;
    const items = text.split(',');
    if (items.length > 1) {
      const steps = items.map((item) => inner(`[${item.replace(/^ +| +$/g, '')}]`));
      return [{ kind: 'union', steps }];
    }
    const key = /^'([^']*)'$/.exec(text)?.[1];
    if (key !== undefined) {
      const list = inner(`.${key}`);
      return list.kind === 'list' ? list.steps : [list];
    }
    const parts = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
    if (parts === null) throw new JsonPathProblem(`invalid array index ${text}`);
    return [slice(parts[1] ?? '', parts[2], parts[3])];
  }

  #filter(): Step {
    const start = this.#at;
    let quote = '';
    let closed = false;
    for (; ; this.#at += 1) {
      const character = this.#text[this.#at];
      if (character === undefined || character === '\n') throw new JsonPathProblem('unterminated filter');
      if (character === '"' || character === "'") {
        if (quote === '') quote = character;
        else if (character === quote && this.#text[this.#at - 1] !== '\\') closed = true;
      } else if (character === ')' && (quote !== '') === closed) break;
    }
    const text = this.#text.slice(start, this.#at);
    this.#at += 1;
    if (!this.#skip(']')) throw new JsonPathProblem('unclosed array expect ]');
    const compared = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text);
    if (compared === null) return { kind: 'filter', left: inner(text), operator: 'exists' };
    const [, left = '', operator = '', right = ''] = compared;
    return { kind: 'filter', left: inner(left), right: inner(right), operator };
  }

  #peek(): string {
    const code = this.#text.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #skip(prefix: string): boolean {
    if (!this.#text.startsWith(prefix, this.#at)) return false;
    this.#at += prefix.length;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += text.length;
    return text;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function inner(text: string): Step {
  const [action] = parseJsonPath(`{${text}}`).steps;
  return action ?? { kind: 'list', steps: [] };
}

function slice(first: string, second: string | undefined, third: string | undefined): Step {
  const number = (text: string): number | undefined => (text === '' ? undefined : Number(text));
  const from = number(first);
  const to = second === undefined ? (from ?? 0) + 1 : number(second.slice(1));
  const step = third === undefined ? undefined : number(third.slice(1));
  const one = second === undefined;
  return {
    kind: 'slice',
    one,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(step !== undefined && { step }),
  };
}

function walk(step: Step, input: readonly unknown[]): readonly unknown[] {
  switch (step.kind) {
    case 'list':
      return step.steps.reduce((found, each) => walk(each, found), input);
    case 'union':
      return step.steps.flatMap((each) => walk(each, input));
    case 'value':
      return input.map(() => step.value);
    case 'field':
      return input.flatMap((value) => (isObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : []));
    case 'slice':
      return input.flatMap((value) => sliced(value, step));
    case 'wildcard':
      return input.flatMap(children);
    case 'recursive':
      return descendants(input);
    case 'filter':
      return input.flatMap((value) => filtered(value, step));
    case 'identifier':
      throw new JsonPathProblem(`unrecognized identifier ${step.name}`);
  }
}

function sliced(value: unknown, { from = 0, to, step = 1, one }: Extract<Step, { kind: 'slice' }>): unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new JsonPathProblem('not array or slice');
  const { length } = value;
  const first = from < 0 ? from + length : from;
  let last = to ?? length;
  if (last < 0 || (last === 0 && one)) last += length;
  if (first === last) return [];
  const outOfBounds = (index: number): JsonPathProblem =>
    new JsonPathProblem(`array index out of bounds: index ${index}, length ${length}`);
  if (first >= length || first < 0) throw outOfBounds(first);
  if (last > length || last < 0) throw outOfBounds(last - 1);
  if (first > last) throw new JsonPathProblem(`starting index ${first} is greater than ending index ${last}`);
  if (step <= 0) throw new JsonPathProblem('step must be > 0');
  return value.slice(first, last).filter((_, i) => i % step === 0);
}

function filtered(value: unknown, { left, right, operator }: Extract<Step, { kind: 'filter' }>): unknown[] {
  if (!Array.isArray(value)) throw new JsonPathProblem('not array or slice and cannot be filtered');
  return value.filter((item) => {
    if (right === undefined) {
      try {
        return walk(left, [item]).length > 0;
      } catch (error) {
        if (error instanceof JsonPathProblem) return false;
        throw error;
      }
    }
    const lefts = walk(left, [item]);
    if (lefts.length === 0) return false;
    const rights = walk(right, [item]);
    if (rights.length === 0) return false;
    if (lefts.length > 1 || rights.length > 1) throw new JsonPathProblem('can only compare one element at a time');
    return compare(lefts[0], rights[0], operator);
  });
}

function compare(left: unknown, right: unknown, operator: string): boolean {
  if (typeof left !== typeof right || typeof left === 'object') {
    throw new JsonPathProblem('incompatible types for comparison');
  }
  const [a, b] = [left as string | number, right as string | number];
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      throw new JsonPathProblem(`unrecognized filter operator ${operator}`);
  }
}

function descendants(input: readonly unknown[]): unknown[] {
  return input.flatMap((value) => {
    const inside = children(value);
    return inside.length === 0 ? [] : [value, ...descendants(inside)];
  });
}

function children(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return [];
  return Object.keys(value)
    .sort()
    .map((key) => value[key]);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
