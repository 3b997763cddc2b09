import { put } from '../../patch/json-tree.ts';
import { SyntaxProblem } from '../problems.ts';
import { AliasBudget } from './alias-budget.ts';
import type { AliasNode, ListNode, MapNode, ScalarNode, YamlNode } from './parser.ts';
import { goKey, goSyntaxOf, keyText, resolveScalar, type YamlScalar } from './scalars.ts';

type Key = YamlScalar['value'];

/** Turns the nodes of one document into plain values, by the rules of Kubernetes' YAML library. */
export class YamlReader {
  /** `line 4: key "a" already set in map`, for strict validation. */
  readonly repeated: string[] = [];
  readonly duplicateFields = new Set<string>();
  readonly numbers = new Map<object, Map<string | number, string>>();
  /** Aliases that are being read. */
  readonly #open = new Set<AliasNode>();
  readonly #budget = new AliasBudget();

  /** @throws {SyntaxProblem} */
  read(node: YamlNode | undefined, path = ''): unknown {
    if (node === undefined) return null;
    this.#budget.count(this.#open.size > 0);
    switch (node.type) {
      case 'alias':
        return this.#inAlias(node, () => this.read(node.target, path));
      case 'scalar':
        return scalarOf(node).value;
      case 'list':
        return this.#list(node, path);
      case 'map': {
        const out: Record<string, unknown> = {};
        this.#fill(node, out, new Set(), path);
        return out;
      }
    }
  }

  #inAlias<T>(node: AliasNode, read: () => T): T {
    if (this.#open.has(node)) throw new SyntaxProblem(`yaml: anchor '${node.name}' value contains itself`);
    this.#open.add(node);
    const value = read();
    this.#open.delete(node);
    return value;
  }

  #list(node: ListNode, path: string): unknown[] {
    const out: unknown[] = [];
    for (const item of node.items) {
      out.push(this.read(item, `${path}[${out.length}]`));
      this.#noteDigits(item, out, out.length - 1);
    }
    return out;
  }

  /** Merged maps write over what came before them, as every later key does. */
  #fill(node: MapNode, out: Record<string, unknown>, seen: Set<Key>, path: string): void {
    for (const [keyNode, valueNode] of node.entries) {
      if (isMergeKey(keyNode)) {
        this.#merge(valueNode, out, seen, path);
        continue;
      }
      const key = this.#key(keyNode);
      const name = keyText(key);
      const at = path === '' ? name : `${path}.${name}`;
      const value = this.read(valueNode, at);
      if (key === null) {
        throw new SyntaxProblem(`unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goSyntaxOf(value)}`);
      }
      if (seen.has(key)) this.#repeat(key, valueNode, at);
      seen.add(key);
      put(out, name, value);
      this.#noteDigits(valueNode, out, name);
    }
  }

  #merge(node: YamlNode, out: Record<string, unknown>, seen: Set<Key>, path: string): void {
    if (node.type === 'alias') {
      const { target } = node;
      if (target.type !== 'map') throw new SyntaxProblem(NO_MERGE);
      this.#inAlias(node, () => this.#merge(target, out, seen, path));
    } else if (node.type === 'map') {
      this.#budget.count(this.#open.size > 0);
      this.#fill(node, out, seen, path);
    } else if (node.type === 'list') {
      // Earlier maps of the list take precedence.
      for (const item of node.items.toReversed()) {
        if (item.type === 'list') throw new SyntaxProblem(NO_MERGE);
        this.#merge(item, out, seen, path);
      }
    } else throw new SyntaxProblem(NO_MERGE);
  }

  #key(node: YamlNode): Key {
    const value = this.read(node);
    if (typeof value === 'object' && value !== null)
      throw new SyntaxProblem(`yaml: invalid map key: ${goSyntaxOf(value)}`);
    return value as Key;
  }

  #repeat(key: Key, value: YamlNode, path: string): void {
    if (this.repeated.length >= MAX_REPEATED) return;
    this.repeated.push(`line ${value.line + 1}: key ${goKey(key)} already set in map`);
    this.duplicateFields.add(path);
  }

  #noteDigits(node: YamlNode, parent: object, key: string | number): void {
    if (node.type !== 'scalar') return;
    const { digits } = scalarOf(node);
    if (digits === undefined) return;
    const texts = this.numbers.get(parent) ?? new Map<string | number, string>();
    texts.set(key, digits);
    this.numbers.set(parent, texts);
  }
}

const scalarOf = ({ text, tag, plain }: ScalarNode): YamlScalar => resolveScalar(text, tag, plain);

const NO_MERGE = 'yaml: map merge requires map or sequence of maps as the value';
const MAX_REPEATED = 100;

const isMergeKey = (node: YamlNode): boolean =>
  node.type === 'scalar' && node.text === '<<' && (node.tag === undefined ? node.plain : node.tag === '!!merge');
