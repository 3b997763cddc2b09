import { put } from '../../patch/json-tree.ts';
import { SyntaxProblem } from '../problems.ts';
import { AliasBudget } from './alias-budget.ts';
import type { AliasNode, ListNode, MapNode, YamlNode } from './parser.ts';
import { goKey, goSyntaxOf, keyText, type resolveScalar, type YamlScalar } from './scalars.ts';

type Key = YamlScalar['value'];

/** Turns the nodes of one document into plain values, by the rules of Kubernetes' YAML library. */
export class YamlReader {
  /** `line 4: key "a" already set in map`, for strict validation. */
  readonly repeated: string[] = [];
  readonly duplicateFields = new Set<string>();
  readonly numbers = new Map<object, Map<string | number, string>>();
  /** Where it reads: keys and indexes. */
  readonly #path: (string | number)[] = [];
  /** Aliases that are being read. */
  readonly #open = new Set<AliasNode>();
  readonly #budget = new AliasBudget();
  readonly #resolve: typeof resolveScalar;

  constructor(resolve: typeof resolveScalar) {
    this.#resolve = resolve;
  }

  /** @throws {SyntaxProblem} */
  read(node: YamlNode | undefined): unknown {
    return node === undefined ? null : this.#read(node, undefined, 0);
  }

  /** `parent` and `key`: where digits are noted that a number does not hold. */
  #read(node: YamlNode, parent: object | undefined, key: string | number): unknown {
    this.#budget.count(this.#open.size > 0);
    switch (node.type) {
      case 'alias':
        return this.#inAlias(node, () => this.#read(node.target, undefined, 0));
      case 'scalar': {
        const { value, digits } = this.#resolve(node.text, node.tag, node.plain);
        if (digits !== undefined && parent !== undefined) this.#noteDigits(digits, parent, key);
        return value;
      }
      case 'list':
        return this.#list(node);
      case 'map': {
        const out: Record<string, unknown> = {};
        this.#fill(node, out, new Set());
        return this.#sorted(out);
      }
    }
  }

  /** What is read becomes JSON by way of a Go map, whose keys are printed in their order: problems are told in that order too. */
  #sorted(read: Record<string, unknown>): Record<string, unknown> {
    const keys = Object.keys(read);
    if (keys.every((key, i) => i === 0 || (keys[i - 1] ?? '') <= key)) return read;
    const out: Record<string, unknown> = {};
    for (const key of keys.sort()) put(out, key, read[key]);
    const texts = this.numbers.get(read);
    if (texts === undefined) return out;
    this.numbers.delete(read);
    this.numbers.set(out, texts);
    return out;
  }

  #inAlias<T>(node: AliasNode, read: () => T): T {
    if (this.#open.has(node)) throw new SyntaxProblem(`yaml: anchor '${node.name}' value contains itself`);
    this.#open.add(node);
    const value = read();
    this.#open.delete(node);
    return value;
  }

  #list(node: ListNode): unknown[] {
    const out: unknown[] = [];
    const depth = this.#path.push(0);
    for (const item of node.items) {
      this.#path[depth - 1] = out.length;
      out.push(this.#read(item, out, out.length));
    }
    this.#path.pop();
    return out;
  }

  /** Merged maps write over what came before them, as every later key does. */
  #fill(node: MapNode, out: Record<string, unknown>, seen: Set<Key>): void {
    for (const [keyNode, valueNode] of node.entries) {
      if (isMergeKey(keyNode)) {
        this.#merge(valueNode, out, seen);
        continue;
      }
      const key = this.#key(keyNode);
      const name = keyText(key);
      this.#path.push(name);
      const value = this.#read(valueNode, out, name);
      if (key === null) {
        throw new SyntaxProblem(`unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goSyntaxOf(value)}`);
      }
      if (seen.has(key)) this.#repeat(key, valueNode);
      this.#path.pop();
      seen.add(key);
      put(out, name, value);
    }
  }

  #merge(node: YamlNode, out: Record<string, unknown>, seen: Set<Key>): void {
    if (node.type === 'alias') {
      const { target } = node;
      if (target.type !== 'map') throw new SyntaxProblem(NO_MERGE);
      this.#inAlias(node, () => this.#merge(target, out, seen));
    } else if (node.type === 'map') {
      this.#budget.count(this.#open.size > 0);
      this.#fill(node, out, seen);
    } else if (node.type === 'list') {
      // Earlier maps of the list take precedence.
      for (const item of node.items.toReversed()) {
        if (item.type === 'list') throw new SyntaxProblem(NO_MERGE);
        this.#merge(item, out, seen);
      }
    } else throw new SyntaxProblem(NO_MERGE);
  }

  #key(node: YamlNode): Key {
    const value = this.#read(node, undefined, 0);
    if (typeof value === 'object' && value !== null)
      throw new SyntaxProblem(`yaml: invalid map key: ${goSyntaxOf(value)}`);
    return value as Key;
  }

  #repeat(key: Key, value: YamlNode): void {
    if (this.repeated.length >= MAX_REPEATED) return;
    this.repeated.push(`line ${value.line + 1}: key ${goKey(key)} already set in map`);
    this.duplicateFields.add(pathText(this.#path));
  }

  #noteDigits(digits: string, parent: object, key: string | number): void {
    const texts = this.numbers.get(parent) ?? new Map<string | number, string>();
    texts.set(key, digits);
    this.numbers.set(parent, texts);
  }
}

/** `spec.ports[0].name` */
function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, each) => {
    if (typeof each === 'number') return `${text}[${each}]`;
    return text === '' ? each : `${text}.${each}`;
  }, '');
}

const NO_MERGE = 'yaml: map merge requires map or sequence of maps as the value';
const MAX_REPEATED = 100;

const isMergeKey = (node: YamlNode): boolean =>
  node.type === 'scalar' && node.text === '<<' && (node.tag === undefined ? node.plain : node.tag === '!!merge');
