import type { KubeObject } from '@tabernetes/apimachinery';

/**
 * Objects of one kind in order of their keys, which end in namespace and name. A change costs a search by halves and
 * moving what comes after it, whatever the number of objects; nothing is sorted again.
 */
export class OrderedObjects {
  readonly #keys: string[] = [];
  readonly #objects: KubeObject[] = [];
  #snapshot: readonly KubeObject[] | undefined;

  get(key: string): KubeObject | undefined {
    const at = this.#indexOf(key);
    return this.#keys[at] === key ? this.#objects[at] : undefined;
  }

  set(key: string, object: KubeObject): void {
    const at = this.#indexOf(key);
    this.#snapshot = undefined;
    if (this.#keys[at] === key) {
      this.#objects[at] = object;
      return;
    }
    this.#keys.splice(at, 0, key);
    this.#objects.splice(at, 0, object);
  }

  delete(key: string): void {
    const at = this.#indexOf(key);
    if (this.#keys[at] !== key) return;
    this.#snapshot = undefined;
    this.#keys.splice(at, 1);
    this.#objects.splice(at, 1);
  }

  /** The same array until something changes. */
  get list(): readonly KubeObject[] {
    this.#snapshot ??= this.#objects.slice();
    return this.#snapshot;
  }

  /** Where a key is, or would be. */
  #indexOf(key: string): number {
    let from = 0;
    let to = this.#keys.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#keys[middle] ?? '') < key) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
