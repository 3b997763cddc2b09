import { ShellError } from './control.ts';

export interface Variable {
  value: string | undefined;
  exported: boolean;
  readOnly: boolean;
}

/** Variables of a shell, with what functions have made local. Forks share nothing with their parent. */
export class Variables {
  readonly #variables: Map<string, Variable>;
  /** What functions hid: put back when they return. */
  readonly #hidden: Map<string, Variable | undefined>[] = [];
  #exported: Readonly<Record<string, string>> | undefined;

  constructor(from: Iterable<readonly [string, Variable]> = []) {
    this.#variables = new Map(from);
  }

  /** @param dropsOdd names that no script could say (keys of ConfigMaps: `data-1`) do not reach children either */
  static ofEnvironment(env: Readonly<Record<string, string>>, dropsOdd = false): Variables {
    const variables = new Variables();
    for (const [name, value] of Object.entries(env))
      if (!dropsOdd || isName(name)) variables.#variables.set(name, { value, exported: true, readOnly: false });
    return variables;
  }

  fork(): Variables {
    const fork = new Variables();
    for (const [name, variable] of this.#variables) fork.#variables.set(name, { ...variable });
    // A forked shell inside a function is still inside it.
    for (const hidden of this.#hidden) fork.#hidden.push(new Map(hidden));
    return fork;
  }

  get(name: string): string | undefined {
    return this.#variables.get(name)?.value;
  }

  /** @throws {ShellError} when it is read-only */
  set(name: string, value: string): void {
    const variable = this.#variables.get(name);
    if (variable === undefined) {
      this.#variables.set(name, { value, exported: false, readOnly: false });
      return;
    }
    if (variable.readOnly) throw new ShellError(`${name}: is read only`);
    variable.value = value;
    if (variable.exported) this.#exported = undefined;
  }

  unset(name: string): void {
    if (this.#variables.get(name)?.readOnly === true) throw new ShellError(`${name}: is read only`);
    this.#variables.delete(name);
    this.#exported = undefined;
  }

  mark(name: string, mark: { readonly exported?: boolean; readonly readOnly?: boolean }): void {
    let variable = this.#variables.get(name);
    if (variable === undefined) {
      variable = { value: undefined, exported: false, readOnly: false };
      this.#variables.set(name, variable);
    }
    Object.assign(variable, mark);
    this.#exported = undefined;
  }

  enterFunction(): void {
    this.#hidden.push(new Map());
  }

  leaveFunction(): void {
    for (const [name, variable] of this.#hidden.pop() ?? []) {
      if (variable === undefined) this.#variables.delete(name);
      else this.#variables.set(name, variable);
    }
    this.#exported = undefined;
  }

  /** Makes a variable the running function's own; false outside functions. */
  local(name: string): boolean {
    const hidden = this.#hidden.at(-1);
    if (hidden === undefined) return false;
    if (hidden.has(name)) return true;
    const before = this.#variables.get(name);
    hidden.set(name, before);
    // The value stays visible until it is set, as in ash.
    this.#variables.set(
      name,
      before === undefined ? { value: undefined, exported: false, readOnly: false } : { ...before },
    );
    return true;
  }

  /** The environment of children, kept until a variable in it changes. */
  environment(extra?: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    if (this.#exported === undefined) {
      const exported: [string, string][] = [];
      for (const [name, { value, exported: out }] of this.#variables)
        if (out && value !== undefined) exported.push([name, value]);
      exported.sort(([a], [b]) => bucketOf(a) - bucketOf(b));
      this.#exported = Object.fromEntries(exported);
    }
    return extra === undefined ? this.#exported : { ...this.#exported, ...extra };
  }

  entries(): Iterable<readonly [string, Variable]> {
    return this.#variables;
  }
}

/** Where ash keeps a variable in its table: children get their environment in the order of the table. */
function bucketOf(name: string): number {
  let hash = name.charCodeAt(0) << 4;
  for (let i = 0; i < name.length; i++) hash += name.charCodeAt(i);
  return hash % 39;
}

export function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}
