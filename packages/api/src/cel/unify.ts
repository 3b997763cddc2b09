import { type CelType, ERROR, isDyn, isDynOrError, sameType } from './types.ts';

/** What type parameters stand for. Replaced as a whole when types have been found to agree. */
export type Substitutions = ReadonlyMap<string, CelType>;

/**
 * The substitutions under which a value of type `a` may stand for one of type `b`; undefined: under none.
 * @see https://github.com/google/cel-go/blob/v0.22.0/checker/types.go
 */
export function assignable(known: Substitutions, a: CelType, b: CelType): Substitutions | undefined {
  const tried = new Map(known);
  return isAssignable(tried, a, b) ? tried : undefined;
}

/** The same for each pair of two lists. */
export function allAssignable(
  known: Substitutions,
  as: readonly CelType[],
  bs: readonly CelType[],
): Substitutions | undefined {
  const tried = new Map(known);
  return areAssignable(tried, as, bs) ? tried : undefined;
}

/** Replaces type parameters. @param free what those become that stand for nothing; default: they stay */
export function substitute(known: Substitutions, type: CelType, free?: CelType): CelType {
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

function isAssignable(known: Map<string, CelType>, a: CelType, b: CelType): boolean {
  if (b.kind === 'param') {
    const fits = standsFor(known, a, b);
    if (fits) return true;
    if (known.has(b.name)) return false;
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

function areAssignable(known: Map<string, CelType>, as: readonly CelType[], bs: readonly CelType[]): boolean {
  return as.length === bs.length && as.every((a, i) => isAssignable(known, a, bs[i] ?? ERROR));
}

const isNullable = ({ kind }: CelType): boolean =>
  kind === 'opaque' || kind === 'struct' || kind === 'duration' || kind === 'timestamp' || kind === 'null_type';

function standsFor(known: Map<string, CelType>, type: CelType, parameter: CelType): boolean {
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

function occursIn(known: Substitutions, parameter: CelType, type: CelType): boolean {
  if (sameType(parameter, type)) return true;
  if (type.kind === 'param') {
    const found = known.get(type.name);
    return found !== undefined && occursIn(known, parameter, found);
  }
  return type.params.some((each) => occursIn(known, parameter, each));
}
