import type { KindDefinition } from '@tabernetes/api';
import { canonical } from '@tabernetes/apimachinery';
import { type Answer, probeCreate, probeUpdate } from './pipeline.ts';

/** A line of validation-probes.jsonl or update-probes.jsonl. */
interface ProbeLine {
  readonly object: string;
  readonly base?: Body;
  readonly live?: Body;
  readonly path?: string;
  readonly value?: unknown;
  readonly remove?: boolean;
  readonly op?: 'change' | 'remove';
  readonly code: number;
  readonly message?: string | null;
  /** Of accepted updates: whether what was sent stayed. */
  readonly kept?: boolean;
}

interface Body {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface Miss {
  readonly object: string;
  readonly path: string;
  readonly value: unknown;
  readonly wanted: string;
  readonly got: string;
}

export interface Tally {
  same: number;
  readonly misses: Miss[];
}

/**
 * Sends every probe of the known kinds through `probeCreate` or `probeUpdate` and compares the answers, parts of
 * messages sorted, as the recorder's own comparer does. Answers of the decoder and of the registry (400, 409) are not
 * looked at.
 */
export function runProbes(lines: readonly string[], kinds: readonly KindDefinition[]): ReadonlyMap<string, Tally> {
  const byKind = new Map(kinds.map((kind) => [`${kind.group}/${kind.version}/${kind.kind}`, kind]));
  const tallies = new Map<string, Tally>();
  let base: Body | undefined;
  let live = false;
  for (const text of lines) {
    if (text === '') continue;
    const line = JSON.parse(text) as ProbeLine;
    if (line.base ?? line.live) {
      base = line.base ?? line.live;
      live = line.live !== undefined;
      continue;
    }
    const kind = base && byKind.get(kindKey(base));
    if (kind === undefined || base === undefined || line.path === undefined) continue;
    if (line.code === 400 || line.code === 409 || /^Operation cannot|resourceVersion/.test(line.message ?? ''))
      continue;
    const remove = line.remove === true || line.op === 'remove';
    const body = changed(base, line.path, remove ? undefined : expanded(line.value));
    if (body === undefined) continue;
    const answer = live ? probeUpdate(kind, body, base) : probeCreate(kind, body);
    tally(tallies, kind, line, answer);
  }
  return tallies;
}

const LONG = 'a'.repeat(300);

function tally(tallies: Map<string, Tally>, kind: KindDefinition, line: ProbeLine, answer: Answer | undefined): void {
  const name = kind.group ? `${kind.kind}.${kind.version}.${kind.group}` : kind.kind;
  let entry = tallies.get(name);
  if (entry === undefined) {
    entry = { same: 0, misses: [] };
    tallies.set(name, entry);
  }
  const [recorded, cut] = recording(line);
  const wanted = line.code < 300 ? 'accepted' : comparable(recorded, cut);
  const got = answer === undefined ? 'not decoded' : answer.code < 300 ? 'accepted' : comparable(answer.message, cut);
  if (wanted !== got) entry.misses.push({ object: line.object, path: line.path ?? '', value: line.value, wanted, got });
  else if (line.kept !== undefined && !line.path?.endsWith(']') && stayed(kind, line, answer) !== line.kept) {
    const said = (kept: boolean): string => (kept ? 'stays' : 'does not stay');
    entry.misses.push({
      object: line.object,
      path: line.path ?? '',
      value: line.value,
      wanted: said(line.kept),
      got: said(!line.kept),
    });
  } else entry.same += 1;
}

/** Whether an accepted change is still there in the answer. */
function stayed(kind: KindDefinition, { path = '', value, op }: ProbeLine, answer: Answer | undefined): boolean {
  const object = answer?.object && canonical(kind.schema, answer.object);
  let at: unknown = object;
  for (const key of path.replace(/\[(\d+)\]/g, '.$1').split('.')) {
    at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  }
  return op === 'remove' ? at === undefined : JSON.stringify(at) === JSON.stringify(value);
}

/** What was recorded, and where it ends early: creations were cut at 400, with three dots after, updates at 500. */
function recording({ message }: ProbeLine): [text: string, cut: number | undefined] {
  const text = message ?? '';
  if (text.endsWith('...')) return [text, text.length - 3];
  return [text, text.length === 500 ? 500 : undefined];
}

/** Cut where the recording was, long texts and addresses replaced, parts sorted. */
const comparable = (message: string, cut: number | undefined): string =>
  message
    .replaceAll(LONG, 'a*300')
    .replaceAll('\u00a0', ' ')
    .slice(0, cut)
    .replace(/0xc[0-9a-f]+/g, '<ptr>')
    .split(', ')
    .sort()
    .join(', ');

const expanded = (value: unknown): unknown => (value === 'a*300' ? LONG : value);

export function kindKey({ apiVersion, kind }: Body): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return `${group}/${version}/${kind}`;
}

/** A copy with one place set, or taken out when `value` is undefined; undefined when there is no such place. */
function changed(body: Body, path: string, value: unknown): unknown {
  const keys = path.replace(/\[(\d+)\]/g, '.$1').split('.');
  const last = keys.pop() ?? '';
  const copy: unknown = structuredClone(body);
  let at = copy;
  for (const key of keys) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  if (typeof at !== 'object' || at === null) return undefined;
  if (value !== undefined) Reflect.set(at, last, value);
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else Reflect.deleteProperty(at, last);
  return copy;
}
