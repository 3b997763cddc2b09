/** Marks a line as gone, as new, or as neither. */
export type Mark = '' | '-' | '+';

/** Text that may need more than one line. */
export type TextNode = string | TextWrap | TextList;

/** `core.PodSpec{`, a list, `}`. */
export interface TextWrap {
  readonly prefix: string;
  readonly value: TextNode;
  readonly suffix: string;
}

export type TextList = readonly TextRecord[];

export interface TextRecord {
  readonly mark?: Mark;
  readonly key?: string;
  readonly value: TextNode;
  /** After the line: `3 identical fields`. */
  readonly comment?: string;
}

export const ELLIPSIS = '...';
export const NIL = 'nil';

/** Lines with marks and tabs before them, as long as they need to be: what fits stands on one. */
export const textLines = (node: TextNode): string => `${indent('', 0)}${expanded(compact(node, ''), '', 0)}\n`;

const isList = (node: TextNode): node is TextList => Array.isArray(node);

/** Longer lines are broken up, if they are marked. */
const MAX_COLUMNS = 80;

/** Puts on one line what may stand there. */
function compact(node: TextNode, mark: Mark): TextNode {
  if (typeof node === 'string') return node;
  if (!isList(node)) {
    const value = compact(node.value, mark);
    return typeof value === 'string' ? node.prefix + value + node.suffix : { ...node, value };
  }
  const records = node.map((record) => ({ ...record, value: compact(record.value, record.mark || mark) }));
  const line = records
    .map(({ key, value }) => (key ? `${key}: ` : '') + (typeof value === 'string' ? value : ''))
    .join(', ');
  const breaks = records.some(
    ({ mark: own, value, comment }) => own || comment !== undefined || typeof value !== 'string',
  );
  return breaks || (mark !== '' && line.length > MAX_COLUMNS) ? records : line;
}

function expanded(node: TextNode, mark: Mark, depth: number): string {
  if (typeof node === 'string') return node;
  if (!isList(node)) return node.prefix + expanded(node.value, mark, depth) + node.suffix;
  const close = `\n${indent(mark, depth)}`;
  if (node.length > 0 && node.every(isPlain)) {
    const start = `\n${indent(mark, depth + 1)}`;
    return (
      batches(node.map(({ value }) => String(value)))
        .map((batch) => start + batch)
        .join('') + close
    );
  }
  const keyWidths = widths(node, ({ key, value }) => (key && typeof value === 'string' ? [...key].length : undefined));
  const valueWidths = widths(node, ({ value, comment }) =>
    typeof value === 'string' && value !== ELLIPSIS && comment !== undefined ? [...value].length : undefined,
  );
  const lines = node.map((record, i) => {
    const { key, value, comment } = record;
    const own = record.mark || mark;
    const head = key ? `${key}: ` : '';
    const text = expanded(value, own, depth + 1);
    const comma = value === ELLIPSIS ? '' : ',';
    const after = comment === undefined ? '' : ` // ${comment}`;
    return `\n${indent(own, depth + 1)}${head}${' '.repeat(keyWidths[i] ?? 0)}${text}${comma}${' '.repeat(valueWidths[i] ?? 0)}${after}`;
  });
  return lines.join('') + close;
}

const indent = (mark: Mark, depth: number): string => (mark === '' ? '  ' : `${mark} `) + '\t'.repeat(depth);

const isPlain = ({ mark, key, value, comment }: TextRecord): boolean =>
  !mark && !key && comment === undefined && typeof value === 'string';

/** Values of a plain list, several to a line. */
function batches(values: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const value of values) {
    if (line !== '' && line.length + value.length + 2 > MAX_COLUMNS) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += `${value}, `;
  }
  lines.push(line.trimEnd());
  return lines;
}

/** How many spaces each needs to be as wide as the widest of its neighbours; records without a width part them. */
function widths(list: TextList, width: (record: TextRecord) => number | undefined): readonly number[] {
  const own = list.map(width);
  const out = own.map(() => 0);
  for (let from = 0; from < own.length; ) {
    let to = from;
    while (to < own.length && own[to] !== undefined) to++;
    const widest = Math.max(0, ...own.slice(from, to).map((w) => w ?? 0));
    for (let i = from; i < to; i++) out[i] = widest - (own[i] ?? 0);
    from = to + 1;
  }
  return out;
}
