import { goFloat, goNumber } from '@tabernetes/apimachinery';
import { goJson, goTypeName } from '../go-json.ts';
import { type GoNumberLiteral, JsonPathError, type Node, type Piece, parseJsonPath } from './parse.ts';

export interface JsonPathOptions {
  /** A field that is nowhere is an error. Default false: nothing is printed for it. */
  readonly requireKeys?: boolean;
  /** Whole numbers are floats too, as in what kubectl knows by type: it reads back the JSON of it. Default false. */
  readonly floats?: boolean;
}

/** A compiled template of kubectl's JSONPath dialect. */
export interface JsonPath {
  /** Results of each piece of the template, in order. @throws {JsonPathError} */
  find(data: unknown): readonly (readonly unknown[])[];
  /** All results as text: what lies side by side in one piece is separated by spaces. @throws {JsonPathError} */
  print(data: unknown): string;
  /** Results as indented JSON lists, one per piece: `-o jsonpath-as-json`. @throws {JsonPathError} */
  printJson(data: unknown): string;
}

/** @throws {JsonPathError} */
export function compileJsonPath(template: string, options: JsonPathOptions = {}): JsonPath {
  const pieces = parseJsonPath(template);
  const find = (data: unknown): readonly (readonly unknown[])[] => new Evaluation(pieces, options).run(0, data).results;
  return {
    find,
    print: (data) =>
      find(data)
        .map((results) => results.map((result) => textOf(result, options)).join(' '))
        .join(''),
    printJson: (data) =>
      find(data)
        .map((results) => `${goJson(results.map(plain), '    ')}\n`)
        .join(''),
  };
}

/** A result as kubectl prints it: objects and lists as JSON, all else bare. */
function textOf(value: unknown, { floats }: JsonPathOptions): string {
  const bare = plain(value);
  if (bare === null || bare === undefined) return 'null';
  if (typeof bare === 'object') return goJson(bare);
  if (typeof bare !== 'number') return String(bare);
  return floats && !isLiteral(value) ? goFloat(bare) : goNumber(bare);
}

const isLiteral = (value: unknown): value is GoNumberLiteral =>
  typeof value === 'object' && value !== null && 'isFloat' in value && Object.getPrototypeOf(value) === LITERAL;
const LITERAL = Object.freeze({});

/** Literals carry their kind with them; results do not. */
const plain = (value: unknown): unknown => (isLiteral(value) ? value.number : value);
const literal = (value: GoNumberLiteral): unknown => Object.assign(Object.create(LITERAL) as object, value);

/** One walk over a template; ranges run what stands up to their end once per result. */
class Evaluation {
  readonly #pieces: readonly Piece[];
  readonly #requireKeys: boolean;
  readonly #floats: boolean;
  #depth = 0;

  constructor(pieces: readonly Piece[], { requireKeys = false, floats = false }: JsonPathOptions) {
    this.#pieces = pieces;
    this.#requireKeys = requireKeys;
    this.#floats = floats;
  }

  /** Results from a piece up to the end of its range or of the template; `next` is behind the `{end}`, if there is one. */
  run(start: number, data: unknown): { readonly results: unknown[][]; readonly next: number | undefined } {
    const results: unknown[][] = [];
    for (let at = start; at < this.#pieces.length; at++) {
      const piece = this.#pieces[at];
      if (piece === undefined) break;
      if (piece.type === 'text') {
        results.push([piece.text]);
        continue;
      }
      const walk = this.#walk([data], piece.nodes);
      if (walk.ends) return { results, next: at + 1 };
      if (!walk.begins) {
        results.push(walk.values);
        continue;
      }
      this.#depth++;
      let next: number | undefined;
      // Even without results the pieces inside are walked, so that the end is found.
      if (walk.values.length === 0) next = this.run(at + 1, null).next;
      for (const value of walk.values) {
        const inner = this.run(at + 1, value);
        results.push(...inner.results);
        next = inner.next;
      }
      this.#depth--;
      // What no end closes is walked once more for what is outside.
      if (next !== undefined) at = next - 1;
    }
    return { results, next: undefined };
  }

  /** Whether there is something; what cannot be walked further counts as it is up to there. */
  #exists(item: unknown, nodes: readonly Node[]): boolean {
    let values: unknown[] = [item];
    for (const node of nodes) {
      try {
        ({ values } = this.#walk(values, [node]));
      } catch (error) {
        if (!(error instanceof JsonPathError)) throw error;
        return node.type !== 'field' && values.length > 0;
      }
    }
    return values.length > 0;
  }

  #walk(input: unknown[], nodes: readonly Node[]): { values: unknown[]; begins: boolean; ends: boolean } {
    let values = input;
    let begins = false;
    let ends = false;
    for (const node of nodes) {
      if (node.type !== 'identifier') values = this.#step(values, node);
      else if (node.name === 'range') begins = true;
      else if (node.name !== 'end') throw new JsonPathError(`unrecognized identifier ${node.name}`);
      else if (this.#depth === 0) throw new JsonPathError('not in range, nothing to end');
      else {
        ends = true;
        values = [];
      }
    }
    return { values, begins, ends };
  }

  #step(input: unknown[], node: Node): unknown[] {
    switch (node.type) {
      case 'text':
        return [node.text];
      case 'literal':
        return input.map(() => (typeof node.value === 'boolean' ? node.value : literal(node.value)));
      case 'field':
        return this.#field(input, node.name);
      case 'array':
        return input.flatMap((value) => (isNil(value) ? [] : slice(value, node)));
      case 'wildcard':
        return input.flatMap((value) => (isNil(value) ? [] : children(value)));
      case 'recursive':
        return input.flatMap(descend);
      case 'union':
        return node.members.flatMap((member) => this.#walk(input, member).values);
      case 'filter':
        return input.flatMap((value) => this.#filter(value, node));
      case 'identifier':
        return input;
    }
  }

  #field(input: unknown[], name: string): unknown[] {
    if (input.length === 0) return [];
    const found: unknown[] = [];
    for (const value of input) {
      if (isObject(value) && Object.hasOwn(value, name)) found.push(value[name]);
    }
    if (found.length === 0 && this.#requireKeys) throw new JsonPathError(`${name} is not found`);
    return found;
  }

  #filter(value: unknown, { left, operator, right }: Extract<Node, { type: 'filter' }>): unknown[] {
    if (!Array.isArray(value)) {
      throw new JsonPathError(
        `${isNil(value) ? '<nil>' : goFormat(value, this.#floats)} is not array or slice and cannot be filtered`,
      );
    }
    return value.filter((item: unknown) => {
      if (operator === 'exists') return this.#exists(item, left);
      const lefts = this.#walk([item], left).values;
      if (lefts.length === 0) return false;
      const rights = lefts.length > 1 ? lefts : this.#walk([item], right).values;
      if (rights.length === 0) return false;
      if (rights.length > 1) throw new JsonPathError('can only compare one element at a time');
      return compare(lefts[0], rights[0], operator, this.#floats);
    });
  }
}

const isNil = (value: unknown): boolean => value === null || value === undefined;
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLiteral(value);

/** What lies right below; the keys of maps come in order here, in any order there. A text has its bytes below it. */
function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (isObject(value)) {
    return Object.keys(value)
      .sort()
      .map((key) => value[key]);
  }
  return typeof value === 'string' ? [...new TextEncoder().encode(value)] : [];
}

function descend(value: unknown): unknown[] {
  if (isNil(value)) return [];
  const below = children(value);
  return below.length === 0 ? [] : [value, ...below.flatMap(descend)];
}

function slice(value: unknown, node: Extract<Node, { type: 'array' }>): unknown[] {
  if (!Array.isArray(value)) throw new JsonPathError(`${goTypeName(plain(value))} is not array or slice`);
  const { length } = value;
  let from = node.from ?? 0;
  let to = node.single ? (node.from ?? 0) + 1 : node.to;
  if (from < 0) from += length;
  if (to === undefined) to = length;
  else if (to < 0 || (to === 0 && node.single)) to += length;
  if (to === from) return [];
  const outOfBounds = (index: number): JsonPathError =>
    new JsonPathError(`array index out of bounds: index ${index}, length ${length}`);
  if (from >= length || from < 0) throw outOfBounds(from);
  if (to > length || to < 0) throw outOfBounds(to - 1);
  if (from > to) throw new JsonPathError(`starting index ${from} is greater than ending index ${to}`);
  const { step = 1 } = node;
  if (step <= 0) throw new JsonPathError('step must be > 0');
  return value.slice(from, to).filter((_, at) => at % step === 0);
}

type Kind = 'bool' | 'int' | 'float' | 'string';

function kindOf(value: unknown, floats: boolean): Kind {
  if (isLiteral(value)) return value.isFloat ? 'float' : 'int';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'number':
      return Number.isInteger(value) && !floats ? 'int' : 'float';
    case 'string':
      return 'string';
    default:
      throw new JsonPathError('invalid type for comparison');
  }
}

function compare(left: unknown, right: unknown, operator: string, floats: boolean): boolean {
  if (!['<', '>', '==', '!=', '<=', '>='].includes(operator)) {
    throw new JsonPathError(`unrecognized filter operator ${operator}`);
  }
  const kind = kindOf(left, floats);
  if (kind !== kindOf(right, floats)) throw new JsonPathError('incompatible types for comparison');
  const [a, b] = [plain(left), plain(right)] as [string | number, string | number];
  if (operator === '==') return a === b;
  if (operator === '!=') return a !== b;
  if (kind === 'bool') throw new JsonPathError('invalid type for comparison');
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

/** Go's `%v`. */
function goFormat(value: unknown, floats: boolean): string {
  if (isLiteral(value)) return String(value.number);
  if (isNil(value)) return '<nil>';
  if (Array.isArray(value)) return `[${value.map((item) => goFormat(item, floats)).join(' ')}]`;
  if (isObject(value)) {
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${goFormat(value[key], floats)}`)
      .join(' ')}]`;
  }
  if (typeof value !== 'number') return String(value);
  return floats ? goFloat(value) : goNumber(value);
}
