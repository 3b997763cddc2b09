import { isScalar, type Node, parseDocument } from 'yaml';
import type { Applied } from './apply.ts';
import { firstCharacter } from './documents.ts';
import { fieldPath, findPath, type PathPart } from './field-path.ts';

/** Something that the server would not take, and where it stands. */
export interface Problem {
  /** Characters from the beginning of the file. */
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly isWarning: boolean;
  /** A field that the kind does not have. */
  readonly unknownField?: UnknownField;
}

/** A field that may be misspelt. */
export interface UnknownField {
  /** Of the document that it stands in. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly path: readonly PathPart[];
}

/** Puts what the server said of documents on the fields that it spoke of. */
export function problemsOf(applied: readonly Applied[]): readonly Problem[] {
  return applied.flatMap((result) => {
    const { message, causes, warnings } = result;
    const refused = causes.length > 0 ? causes : message === '' ? [] : spokenOf(message);
    return [
      ...refused.map((cause) => problemAt(result, cause.message, cause.field, false)),
      ...warnings.map((warning) => problemAt(result, warning, fieldIn(warning), true)),
    ];
  });
}

const UNKNOWN = /(?:unknown|duplicate) field "([^"]+)"|(\.[^\s:]+): field not declared in schema/g;

/** A message that counts fields up becomes one for each. */
function spokenOf(message: string): readonly { readonly field: string; readonly message: string }[] {
  const unknown = [...message.matchAll(UNKNOWN)];
  if (unknown.length < 2) return [{ field: unknown[0]?.[1] ?? unknown[0]?.[2] ?? fieldIn(message), message }];
  return unknown.map(([text, strict, typed]) => ({ field: strict ?? typed ?? '', message: text }));
}

/** The first thing in a message that looks like the path of a field. */
const fieldIn = (message: string): string =>
  (message.startsWith('no matches for kind') ? 'apiVersion' : undefined) ??
  /(?:^|[\s"([])\.?([a-z]\w*(?:\[[^\]\s]*\]|\.[A-Za-z][\w-]*)+)(?=[:\s"),\]]|$)/.exec(message)?.[1] ??
  '';

function problemAt(result: Applied, message: string, field: string, isWarning: boolean): Problem {
  const { at, source } = result;
  const ofParser = /\bline (\d+)/.exec(message);
  if (ofParser !== null && /yaml|json/i.test(message)) {
    return { ...lineAt(at, source, Number(ofParser[1])), message, isWarning };
  }
  const document = parseDocument(source, { logLevel: 'silent' });
  const path = fieldPath(field);
  const found = findPath(document, path);
  const isWhole = found.depth === path.length && path.length > 0;
  const value = found.value;
  const isUnknown = /unknown field|not declared in schema/.test(message);
  const isAboutValue = isWhole && !isUnknown && isScalar(value) && value.range?.[0] !== value.range?.[1];
  const node = isAboutValue ? value : (found.key ?? (found.depth > 0 ? value : undefined));
  const range = node === undefined ? undefined : rangeOf(source, node);
  const first = firstCharacter(result);
  const place =
    range === undefined
      ? { from: first, to: endOfLine(at, source, first) }
      : { from: at + range[0], to: at + range[1] };
  const { apiVersion, kind } = (document.toJS() ?? {}) as { readonly apiVersion?: unknown; readonly kind?: unknown };
  return {
    ...place,
    message,
    isWarning,
    ...(isUnknown && isWhole && { unknownField: { apiVersion: String(apiVersion), kind: String(kind), path } }),
  };
}

/** A map or a list is shown by its first line. */
function rangeOf(source: string, node: Node): readonly [number, number] | undefined {
  if (node.range === undefined || node.range === null) return undefined;
  const [from, to] = node.range;
  const line = source.indexOf('\n', from);
  return [from, line < 0 ? to : Math.min(to, line)];
}

const endOfLine = (at: number, source: string, place: number): number => {
  const end = source.indexOf('\n', place - at);
  return end < 0 ? at + source.length : at + end;
};

/** A line of a document, counted from 1 as parsers do. */
function lineAt(at: number, source: string, line: number): { readonly from: number; readonly to: number } {
  const lines = source.split('\n').slice(0, line);
  const last = lines.at(-1) ?? '';
  const from = at + lines.slice(0, -1).reduce((sum, each) => sum + each.length + 1, 0);
  return { from: from + (/^\s*/.exec(last)?.[0].length ?? 0), to: from + last.length };
}
