import { type CelType, ERROR, isDyn, isDynOrError, sameType } from './types.ts';

/** What type parameters stand for, by their names. */
export type Known = Pick<ReadonlyMap<string, CelType>, 'get'>;

/** The same while it is found out. It grows with the expression, so that what was tried in vain is taken back, not copied before. */
export class Substitutions implements Known {
  readonly #types = new Map<string, CelType>();
  /** What was changed since the trial began, and what stood there. */
  #changed: [name: string, before: CelType | undefined][] = [];

  get(name: string): CelType | undefined {
    return this.#types.get(name);
  }

  set(name: string, type: CelType): void {
    this.#changed.push([name, this.#types.get(name)]);
    this.#types.set(name, type);
  }

  /** Keeps what is set meanwhile when it succeeds. */
  attempt(succeeds: () => boolean): boolean {
    this.#changed = [];
    if (succeeds()) return true;
    for (const [name, before] of this.#changed.reverse()) {
      if (before === undefined) this.#types.delete(name);
      else this.#types.set(name, before);
    }
    return false;
  }
}

/**
 * Whether a value of type `a` may stand for one of type `b`, if type parameters stand for what is then known.
 * @see https://github.com/google/cel-go/blob/v0.22.0/checker/types.go
 */
export const assignable = (known: Substitutions, a: CelType, b: CelType): boolean =>
  known.attempt(() => isAssignable(known, a, b));

/** The same for each pair of two lists. */
export const allAssignable = (known: Substitutions, as: readonly CelType[], bs: readonly CelType[]): boolean =>
  known.attempt(() => areAssignable(known, as, bs));

/** Replaces type parameters. @param free what those become that stand for nothing; default: they stay */
export function substitute(known: Known, type: CelType, free?: CelType): CelType {
  const found = type.kind === 'param' ? known.get(type.name) : undefined;
  if (found !== undefined) return substitute(known, found, free);
  if (type.kind === 'param') return free ?? type;
  if (type.params.length === 0) return type;
  const params = type.params.map((each) => substitute(known, each, free));
  return params.every((each, i) => each === type.params[i]) ? type : { ...type, params };
}

/** The wider of two types that agree. */
export const mostGeneral = (a: CelType, b: CelType): CelType => (isLessSpecific(a, b) ? a : b);

function isLessSpecific(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'param') return true;
  if (isDyn(b) || b.kind === 'param' || a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  if (a.kind !== 'list' && a.kind !== 'map' && a.kind !== 'opaque') return sameType(a, b);
  return (
    a.name === b.name &&
    a.params.length === b.params.length &&
    a.params.every((each, i) => isLessSpecific(each, b.params[i] ?? ERROR))
  );
}

function isAssignable(known: Substitutions, a: CelType, b: CelType): boolean {
  if (b.kind === 'param') {
    const fits = standsFor(known, a, b);
    if (fits) return true;
    if (known.get(b.name) !== undefined) return false;
  }
  if (a.kind === 'param') return standsFor(known, b, a);
  if (isDynOrError(a) || isDynOrError(b)) return true;
  if (a.kind === 'null_type') return isNullable(b);
  if (b.kind === 'null_type') return isNullable(a);
  switch (a.kind) {
    case 'type':
      return b.kind === 'type';
    case 'list':
    case 'map':
    case 'opaque':
      return a.kind === b.kind && a.name === b.name && areAssignable(known, a.params, b.params);
    default:
      return a.kind === b.kind && a.name === b.name;
  }
}

function areAssignable(known: Substitutions, as: readonly CelType[], bs: readonly CelType[]): boolean {
  return as.length === bs.length && as.every((a, i) => isAssignable(known, a, bs[i] ?? ERROR));
}

const isNullable = ({ kind }: CelType): boolean =>
  kind === 'opaque' || kind === 'struct' || kind === 'duration' || kind === 'timestamp' || kind === 'null_type';

function standsFor(known: Substitutions, type: CelType, parameter: CelType): boolean {
  if (sameType(type, parameter)) return true;
  const found = known.get(parameter.name);
  if (found === undefined) {
    if (occursIn(known, parameter, type)) return false;
    known.set(parameter.name, type);
    return true;
  }
  if (sameType(type, found)) return true;
  if (!isAssignable(known, type, found)) return false;
  const wider = mostGeneral(type, found);
  if (!occursIn(known, parameter, wider)) known.set(parameter.name, wider);
  return true;
}

function occursIn(known: Known, parameter: CelType, type: CelType): boolean {
  if (sameType(parameter, type)) return true;
  if (type.kind === 'param') {
    const found = known.get(type.name);
    return found !== undefined && occursIn(known, parameter, found);
  }
  return type.params.some((each) => occursIn(known, parameter, each));
}
