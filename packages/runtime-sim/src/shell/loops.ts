import type { While } from 'unbash';

/** Pure, by loop: a loop that runs often is looked at once. */
const KNOWN = new WeakMap<While, boolean>();

/**
 * True of a loop that goes on until something outside it happens: `while true`, `until nslookup db; do sleep 2; done`.
 * Nobody who waits for a cluster to come to rest can wait for those. Loops that count, shift or read end by themselves.
 */
export function waitsForOthers(loop: While): boolean {
  let waits = KNOWN.get(loop);
  if (waits === undefined) {
    const seen = look(loop);
    waits = isConstant(loop) && !seen.leaves ? true : !seen.progresses;
    KNOWN.set(loop, waits);
  }
  return waits;
}

interface Seen {
  leaves: boolean;
  progresses: boolean;
}

const LEAVES: ReadonlySet<string> = new Set(['break', 'exit', 'return', 'exec']);
const PROGRESSES: ReadonlySet<string> = new Set(['read', 'shift', 'let', 'getopts']);

function isConstant({ clause, kind }: While): boolean {
  const [statement, ...more] = clause.commands;
  const command = statement?.command;
  if (more.length > 0 || command?.type !== 'Command' || command.suffix.length > 0) return false;
  const name = command.name?.value;
  return kind === 'while' ? name === 'true' || name === ':' : name === 'false';
}

function look(node: unknown, seen: Seen = { leaves: false, progresses: false }): Seen {
  if (typeof node !== 'object' || node === null) return seen;
  if (Array.isArray(node)) {
    for (const child of node) look(child, seen);
    return seen;
  }
  const { type, name } = node as { readonly type?: string; readonly name?: { readonly value?: string } };
  if (type === 'Command') {
    const called = name?.value ?? '';
    if (LEAVES.has(called)) seen.leaves = true;
    if (PROGRESSES.has(called)) seen.progresses = true;
  }
  if (type === 'ArithmeticCommand') seen.progresses = true;
  if (type === 'Assignment' || type === 'ArithmeticExpansion') {
    if (/\$\(\(|[+\-*/]=|\+\+|--|[^=!<>]=[^=]/.test((node as { readonly text: string }).text) && counts(node))
      seen.progresses = true;
  }
  for (const child of Object.values(node)) look(child, seen);
  return seen;
}

/** `i=$((i+1))`, `$((i+=1))`, `x=${x#?}`, `i=$(expr $i + 1)`: a value made of the one before. */
function counts(node: object): boolean {
  const { type, text, name } = node as { readonly type: string; readonly text: string; readonly name?: string };
  if (type === 'ArithmeticExpansion') return /[+\-*/]=|\+\+|--|[^=!<>]=[^=]/.test(text);
  return name !== undefined && new RegExp(`=.*\\b${name}\\b`, 's').test(text);
}
