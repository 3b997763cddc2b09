import { failure, type Value } from './values.ts';

/** Names of a block, and those of the blocks around it. */
export class Scope {
  readonly #names = new Map<string, { value: Value; readonly constant: boolean }>();
  readonly #outer: Scope | undefined;
  /** True of functions and of the script: `var` declares here. */
  readonly isFunction: boolean;

  constructor(outer: Scope | undefined, isFunction = false) {
    this.#outer = outer;
    this.isFunction = isFunction || outer === undefined;
  }

  declare(name: string, value: Value, constant = false): void {
    this.#names.set(name, { value, constant });
  }

  declareVariable(name: string, value: Value): void {
    if (this.isFunction || this.#outer === undefined) this.#names.set(name, { value, constant: false });
    else this.#outer.declareVariable(name, value);
  }

  /** @throws {Thrown} a ReferenceError */
  read(name: string): Value {
    const found = this.#find(name);
    if (found === undefined) throw failure('ReferenceError', `${name} is not defined`);
    return found.value;
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /** What no block declares becomes a name of the whole script. @throws {Thrown} a TypeError for constants */
  write(name: string, value: Value): void {
    const found = this.#find(name);
    if (found?.constant === true) throw failure('TypeError', 'Assignment to constant variable.');
    if (found !== undefined) found.value = value;
    else this.#top().declare(name, value);
  }

  /** The same names with the same values, which can be changed apart from these. */
  copy(): Scope {
    const made = new Scope(this.#outer, this.isFunction);
    for (const [name, { value, constant }] of this.#names) made.declare(name, value, constant);
    return made;
  }

  #find(name: string): { value: Value; readonly constant: boolean } | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#outer) {
      const found = scope.#names.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #top(): Scope {
    return this.#outer === undefined ? this : this.#outer.#top();
  }
}
