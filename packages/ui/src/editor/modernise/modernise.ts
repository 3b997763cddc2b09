import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import { documentsOf } from '../documents.ts';
import { RULES } from './rules.ts';
import { setText, textAt, type YamlMap } from './yaml-maps.ts';

/** A manifest brought up to date. */
export interface Modernised {
  readonly text: string;
  /** What changed, and what means something else now: `Deployment: apps/v1`, or a {@link ModernNote}. */
  readonly notes: readonly string[];
}

/** Brings one document up to date. Undefined: nothing in it is old, or it cannot be read. */
export function modernise(source: string): Modernised | undefined {
  const document = parseDocument(source, { keepSourceTokens: true, logLevel: 'silent' });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const notes: string[] = [];
  for (const object of objectsOf(document.contents)) {
    const kind = textAt(object, 'kind') ?? '';
    const rule = RULES.get(`${textAt(object, 'apiVersion') ?? ''} ${kind}`);
    if (rule === undefined) continue;
    setText(object, 'apiVersion', rule.to);
    notes.push(`${kind}: ${rule.to}`);
    rule.change?.(object, (note) => void (notes.includes(note) || notes.push(note)));
  }
  if (notes.length === 0) return undefined;
  return { text: written(document, source), notes };
}

/** Brings every document of a file up to date. Undefined: nothing in it is old. */
export function moderniseFile(text: string): Modernised | undefined {
  const notes: string[] = [];
  let result = text;
  for (const { at, source } of [...documentsOf(text)].reverse()) {
    const modern = modernise(source);
    if (modern === undefined) continue;
    result = result.slice(0, at) + modern.text + result.slice(at + source.length);
    notes.unshift(...modern.notes);
  }
  return notes.length === 0 ? undefined : { text: result, notes: [...new Set(notes)] };
}

function objectsOf(root: YamlMap): readonly YamlMap[] {
  const items = root.get('items', true);
  if (textAt(root, 'kind') !== 'List' || !isSeq(items)) return [root];
  return items.items.filter((item): item is YamlMap => isMap(item));
}

/** In the style that the rest of the document has. */
function written(document: Document, source: string): string {
  const { indent, indentSeq } = indentation(source);
  const padded = /[{[] \S/.test(source);
  const text = document.toString({
    lineWidth: 0,
    indent,
    indentSeq,
    flowCollectionPadding: padded,
  });
  const lead = /^(?:[ \t]*\n)*/.exec(source)?.[0] ?? '';
  const tail = /\n*$/.exec(source)?.[0] ?? '';
  return `${lead}${text.replace(/^\n+|\n+$/g, '')}${tail}`;
}

/** How far the first nested lines stand in, and whether the dashes of lists do. */
function indentation(source: string): { readonly indent: number; readonly indentSeq: boolean } {
  let indent: number | undefined;
  let indentSeq: boolean | undefined;
  // A key whose value begins on the next line that is not a comment.
  const nested = /^( *)((?:- +)*)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*(?=( *)(- )?[^\s])/gm;
  for (const [, before = '', dashes = '', after = '', dash] of source.matchAll(nested)) {
    const step = after.length - before.length - dashes.length;
    if (dash !== undefined && step >= 0) indentSeq ??= step > 0;
    if (step > 0) indent ??= step;
  }
  return { indent: Math.min(indent ?? 2, 8), indentSeq: indentSeq ?? true };
}
