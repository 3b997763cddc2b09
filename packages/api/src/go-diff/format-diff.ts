import { formatText } from './format-text.ts';
import { formatValue, mapKey, most, type Style, withType } from './format-value.ts';
import { isZero } from './go-type.ts';
import { ELLIPSIS, type TextNode, type TextRecord } from './text.ts';
import { MISSING, type ValueNode, type ValueRecord } from './value-tree.ts';

/**
 * The differences below a node, with a little of what is around them.
 * @see https://github.com/google/go-cmp/blob/v0.6.0/cmp/report_compare.go
 */
export function formatDiff(node: ValueNode, given: Style): TextNode | undefined {
  const style: Style = { ...given, verbosity: given.mode === 'same' ? 1 : Math.max(given.verbosity, 3) };
  if (isLongText(node, style)) return formatText(node, style);
  if (node.depth === 0) return formatLeaf(node, style);
  if (node.target) {
    return { prefix: '&', value: formatDiff(node.target, style) ?? ELLIPSIS, suffix: '' };
  }
  const records = style.mode === 'both' ? differingRecords(node, style) : sideRecords(node, style);
  return withType(node.type, { prefix: '{', value: records, suffix: '}' }, style);
}

/** What a difference is shown with: neighbours that are the same, before and after. */
const CONTEXT = 2;
const MAX_MORE = 6;

function formatLeaf(node: ValueNode, style: Style): TextNode | undefined {
  const { type, x, y } = node;
  switch (style.mode) {
    case 'old':
      return formatValue(type, x, style);
    case 'new':
      return formatValue(type, y, style);
    default: {
      if (node.different === 0) {
        // Two empty values may print differently; the shorter is enough.
        const [a, b] = [formatValue(type, x, style), formatValue(type, y, style)];
        return a !== undefined && b !== undefined && JSON.stringify(b).length < JSON.stringify(a).length ? b : a;
      }
      const bare: Style = { ...style, types: 'never' };
      const [before, after] = distinct(
        (more) => [formatValue(type, x, { ...bare, ...more }), formatValue(type, y, { ...bare, ...more })],
        style,
      );
      const records: TextRecord[] = [];
      if (before !== undefined) records.push({ mark: '-', value: before });
      if (after !== undefined) records.push({ mark: '+', value: after });
      return withType(type, records, { ...style, types: 'always' });
    }
  }
}

type Pair = readonly [TextNode | undefined, TextNode | undefined];

/** Prints more and more until two values that differ look different. */
function distinct(print: (more: Partial<Style>) => Pair, { verbosity }: Style): Pair {
  let pair = print({});
  for (let i = 0; i <= MAX_MORE && pair[0] !== undefined && JSON.stringify(pair[0]) === JSON.stringify(pair[1]); i++) {
    pair = print({ verbosity: verbosity + 2 * i, plain: i > 0 });
  }
  return pair;
}

const inner = ({ type }: ValueNode, style: Style): Style => ({
  ...style,
  types: type.kind === 'struct' ? 'auto' : 'never',
  verbosity: style.verbosity - 1,
});

const keyOf = ({ type }: ValueNode, key: string): string => (type.kind === 'map' ? mapKey(type, key) : key);

/** All of one side. */
function sideRecords(node: ValueNode, style: Style): readonly TextRecord[] {
  const limit = style.mode === 'same' ? most(style.verbosity) : 2 ** style.verbosity * 2;
  const records: TextRecord[] = [];
  for (const { key, node: child } of node.records) {
    if (records.length === limit) {
      records.push({ value: ELLIPSIS });
      break;
    }
    if (node.type.kind === 'struct' && isLeftOut(child, style)) continue;
    const value = formatDiff(child, inner(node, style));
    if (value !== undefined) records.push({ key: keyOf(node, key), value });
  }
  return records;
}

function isLeftOut({ type, x, y }: ValueNode, { mode }: Style): boolean {
  if (mode === 'old') return isZero(type, x);
  return mode === 'new' ? isZero(type, y) : isZero(type, x) || isZero(type, y);
}

/** How many neighbouring records there are of each sort. */
interface Group {
  readonly differs: boolean;
  readonly records: ValueRecord[];
}

function groupsOf(records: readonly ValueRecord[]): readonly Group[] {
  const groups: Group[] = [];
  for (const record of records) {
    const differs = record.node.different > 0;
    const last = groups.at(-1);
    if (last?.differs === differs) last.records.push(record);
    else groups.push({ differs, records: [record] });
  }
  return groups;
}

function differingRecords(node: ValueNode, style: Style): readonly TextRecord[] {
  const limit = 2 ** style.verbosity * 2;
  const below = inner(node, style);
  const out: TextRecord[] = [];
  const dropped: ValueRecord[] = [];
  const groups = groupsOf(node.records);
  let shown = 0;
  for (const [i, { differs, records }] of groups.entries()) {
    if (shown >= limit) {
      dropped.push(...records);
    } else if (differs) {
      for (const record of records) out.push(...differing(node, record, below));
      shown += records.length;
    } else {
      const before = i === 0 ? 0 : Math.min(CONTEXT, records.length);
      let after = i === groups.length - 1 ? 0 : Math.min(CONTEXT, records.length - before);
      // One record takes no more room than the note that it is left out.
      if (records.length - before - after === 1) after += 1;
      const same = ({ key, node: child }: ValueRecord): TextRecord => ({
        key: keyOf(node, key),
        value: formatDiff(child, { ...below, mode: 'same' }) ?? ELLIPSIS,
      });
      const hidden = records.slice(before, records.length - after);
      out.push(...records.slice(0, before).map(same));
      if (hidden.length > 0) out.push({ value: ELLIPSIS, comment: summary(node, hidden) });
      out.push(...records.slice(records.length - after).map(same));
    }
  }
  if (dropped.length > 0) out.push({ value: ELLIPSIS, comment: summary(node, dropped) });
  return out;
}

function differing(node: ValueNode, { key, node: child }: ValueRecord, style: Style): readonly TextRecord[] {
  const name = keyOf(node, key);
  if (isLongText(child, style)) return [{ key: name, value: formatText(child, style) }];
  if (child.children !== child.depth) return [{ key: name, value: formatDiff(child, style) ?? ELLIPSIS }];
  const [before, after] = distinct(
    (more) => [
      formatDiff(child, { ...style, ...more, mode: 'old' }),
      formatDiff(child, { ...style, ...more, mode: 'new' }),
    ],
    style,
  );
  const records: TextRecord[] = [];
  if (before !== undefined) records.push({ mark: '-', key: name, value: before });
  if (after !== undefined) records.push({ mark: '+', key: name, value: after });
  return records;
}

const NOUNS = { struct: ['field', 'fields'], list: ['element', 'elements'], map: ['entry', 'entries'] } as const;

/** `2 identical and 1 modified fields` */
function summary({ type }: ValueNode, records: readonly ValueRecord[]): string {
  const counts = { identical: 0, removed: 0, inserted: 0, modified: 0 };
  for (const { node } of records) {
    if (node.different === 0) counts.identical += 1;
    else if (node.y === MISSING) counts.removed += 1;
    else if (node.x === MISSING) counts.inserted += 1;
    else counts.modified += 1;
  }
  const parts = Object.entries(counts).flatMap(([label, count]) => (count > 0 ? [`${count} ${label}`] : []));
  const nouns = NOUNS[type.kind === 'list' || type.kind === 'map' ? type.kind : 'struct'];
  const noun = nouns[records.length > 1 ? 1 : 0];
  const last = parts.pop() ?? '';
  const joined =
    parts.length === 0 ? last : parts.length === 1 ? `${parts[0]} and ${last}` : `${parts.join(', ')}, and ${last}`;
  return `${joined} ${noun}`;
}

const LONG_TEXT = 32;

/** Two texts long enough that their differing parts are shown by themselves. */
const isLongText = ({ type, x, y, different }: ValueNode, { mode }: Style): boolean =>
  mode === 'both' &&
  different > 0 &&
  type.kind === 'scalar' &&
  typeof x === 'string' &&
  typeof y === 'string' &&
  x.length >= LONG_TEXT &&
  y.length >= LONG_TEXT;
