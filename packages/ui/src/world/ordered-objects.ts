import type { KubeObject } from '@tabernetes/apimachinery';

/**
 * Objects of one kind in order of their keys, which end in namespace and name. A change costs no more with many objects
 * than with few: it is put where it belongs when somebody looks at the list, together with all others that came meanwhile.
 *
 * ```
 *   keys     a  c  m  x          changes  d: set, m: deleted
 *   looked:  a  c  |  x          what lies between two changes is taken over as it stands
 *                  d
 * ```
 */
export class OrderedObjects {
  #keys: readonly string[] = [];
  #objects: readonly KubeObject[] = [];
  /** What came since somebody looked; undefined: deleted. */
  readonly #changes = new Map<string, KubeObject | undefined>();

  get(key: string): KubeObject | undefined {
    if (this.#changes.has(key)) return this.#changes.get(key);
    const at = this.#indexOf(key, 0);
    return this.#keys[at] === key ? this.#objects[at] : undefined;
  }

  set(key: string, object: KubeObject): void {
    this.#changes.set(key, object);
  }

  delete(key: string): void {
    if (this.get(key) !== undefined) this.#changes.set(key, undefined);
  }

  /** The same array until something changes. */
  get list(): readonly KubeObject[] {
    if (this.#changes.size > 0) this.#merge();
    return this.#objects;
  }

  #merge(): void {
    const keys: string[] = [];
    const objects: KubeObject[] = [];
    let from = 0;
    const takeOver = (to: number): void => {
      for (; from < to; from++) {
        const [key, object] = [this.#keys[from], this.#objects[from]];
        if (key === undefined || object === undefined) continue;
        keys.push(key);
        objects.push(object);
      }
    };
    for (const key of [...this.#changes.keys()].sort()) {
      takeOver(this.#indexOf(key, from));
      if (this.#keys[from] === key) from++;
      const object = this.#changes.get(key);
      if (object === undefined) continue;
      keys.push(key);
      objects.push(object);
    }
    takeOver(this.#keys.length);
    this.#keys = keys;
    this.#objects = objects;
    this.#changes.clear();
  }

  /** Where a key is from `from` on, or would be. */
  #indexOf(key: string, from: number): number {
    let to = this.#keys.length;
    let at = from;
    while (at < to) {
      const middle = (at + to) >>> 1;
      if ((this.#keys[middle] ?? '') < key) at = middle + 1;
      else to = middle;
    }
    return at;
  }
}
