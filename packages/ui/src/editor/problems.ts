import { isNode, parseDocument } from 'yaml';
import type { Applied } from './apply.ts';

/** Something that the server would not take, and where it stands. */
export interface Problem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  readonly isWarning: boolean;
}

/** Puts what the server said of documents on the lines that it spoke of. */
export function problemsOf(text: string, applied: readonly Applied[]): readonly Problem[] {
  return applied.flatMap(({ at, source, message, warnings }) => [
    ...(message === '' ? [] : [{ line: lineOf(text, at, source, message), message, isWarning: false }]),
    ...warnings.map((warning) => ({ line: lineOf(text, at, source, warning), message: warning, isWarning: true })),
  ]);
}

/** Line of the field that a message names; else of the document's first line with something on it. */
function lineOf(text: string, at: number, source: string, message: string): number {
  const ofParser = /\bline (\d+)/.exec(message);
  const before = lines(text.slice(0, at));
  if (ofParser !== null && message.includes('yaml')) return before + Number(ofParser[1]) - 1;
  const offset = offsetOf(source, message) ?? Math.max(0, source.search(/^\s*[^\s#]/m));
  const skipped = /^\s*/.exec(source.slice(offset))?.[0].length ?? 0;
  return before + lines(source.slice(0, offset + skipped)) - 1;
}

const lines = (text: string): number => text.split('\n').length;

/** `spec.template.spec.containers[0].image`, or as strict decoding has it `unknown field "spec.replica"`. */
function offsetOf(source: string, message: string): number | undefined {
  const document = parseDocument(source, { logLevel: 'silent' });
  for (const [named] of message.matchAll(/[A-Za-z][\w-]*(?:\[[^\]]*\]|\.[A-Za-z][\w-]*)+/g)) {
    const path = [...named.matchAll(/([^.[\]]+)/g)].map(([part]) => (/^\d+$/.test(part) ? Number(part) : part));
    for (let length = path.length; length > 1 - Number(path[0] === 'metadata'); length--) {
      const offset = keyOffset(document, path.slice(0, length));
      if (offset !== undefined) return offset;
    }
  }
  return undefined;
}

/** Where the key of a path begins; of an entry of a list, where the entry does. */
function keyOffset(document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const pairs = (parent as { readonly items?: readonly unknown[] } | null | undefined)?.items;
  for (const pair of pairs ?? []) {
    const { key } = (pair ?? {}) as { readonly key?: { readonly value?: unknown; readonly range?: readonly number[] } };
    if (key?.value === last) return key?.range?.[0];
  }
  const value = typeof last === 'number' ? document.getIn(path, true) : undefined;
  return isNode(value) ? value.range?.[0] : undefined;
}
