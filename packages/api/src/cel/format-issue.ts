import type { CallExpression, CelIssue, Expression } from './expression.ts';
import { type CelKind, type CelType, DYN, typeName } from './types.ts';

/**
 * What is wrong with a text that is filled in, where both the text and the list are written down.
 * @see https://github.com/google/cel-go/blob/v0.22.0/ext/formatting.go stringFormatValidator
 */
export function formatIssue({ function: name, target, args, at }: CallExpression): CelIssue | undefined {
  const [list] = args;
  if (name !== 'format' || target?.kind !== 'literal' || typeof target.value !== 'string') return undefined;
  if (list?.kind !== 'list' || args.length !== 1) return undefined;
  const template = target.value;
  let asked = 0;
  for (let i = 0; i < template.length; i++) {
    if (template[i] !== '%') continue;
    if (template[i + 1] === '%') {
      i += 1;
      continue;
    }
    const given = list.items[asked];
    asked += 1;
    if (i + 1 >= template.length) return { at, text: 'unexpected end of string' };
    if (given === undefined) return { at, text: `index ${asked - 1} out of range` };
    const [clause = '', verb = ''] = /^(?:\.\d*)?([\s\S]?)/u.exec(template.slice(i + 1)) ?? [];
    if (verb === '') return { at, text: 'could not parse formatting clause: unexpected end of string' };
    const known = CLAUSES[verb];
    if (known === undefined) {
      return { at, text: `could not parse formatting clause: unrecognized formatting clause "${verb}"` };
    }
    const bad = known.kinds ? (known.kinds.has(kindOf(given)) ? undefined : given) : notPrinted(given);
    if (bad !== undefined) {
      return { at: bad.at, text: `error during formatting: ${known.text}, was given ${typeName(typeOf(bad))}` };
    }
    i += clause.length;
  }
  if (list.items.length <= asked) return undefined;
  const text = `too many arguments supplied to string.format (expected ${asked}, got ${list.items.length})`;
  return { at, text };
}

interface Clause {
  readonly text: string;
  /** Absent: whatever can be printed, and so on inside of lists and maps that are written down. */
  readonly kinds?: ReadonlySet<CelKind>;
}

const kinds = (...all: readonly CelKind[]): ReadonlySet<CelKind> => new Set<CelKind>(['dyn', ...all]);
const HEX: Clause = {
  text: 'only integers, byte buffers, and strings can be formatted as hex',
  kinds: kinds('int', 'uint', 'string', 'bytes'),
};
const CLAUSES: Readonly<Record<string, Clause>> = {
  s: {
    text: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  },
  d: { text: 'decimal clause can only be used on integers', kinds: kinds('int', 'uint') },
  f: { text: 'fixed-point clause can only be used on doubles', kinds: kinds('double', 'string') },
  e: { text: 'scientific clause can only be used on doubles', kinds: kinds('double', 'string') },
  b: { text: 'only integers and bools can be formatted as binary', kinds: kinds('int', 'uint', 'bool') },
  o: { text: 'octal clause can only be used on integers', kinds: kinds('int', 'uint') },
  x: HEX,
  X: HEX,
};
const PRINTED: ReadonlySet<CelKind> = kinds(
  'list',
  'map',
  'int',
  'uint',
  'double',
  'bool',
  'string',
  'timestamp',
  'bytes',
  'duration',
  'type',
  'null_type',
);

const typeOf = ({ type = DYN }: Expression): CelType => type;
const kindOf = (node: Expression): CelKind => typeOf(node).kind;

function notPrinted(node: Expression): Expression | undefined {
  if (!PRINTED.has(kindOf(node))) return node;
  const parts = node.kind === 'list' ? node.items : node.kind === 'map' ? node.entries.flat() : [];
  for (const part of parts) {
    const bad = notPrinted(part);
    if (bad !== undefined) return bad;
  }
  return undefined;
}
