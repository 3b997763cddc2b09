import { createCluster } from 'tabernetes';
import { parseAllDocuments } from 'yaml';
import { create, type Manifest, type Stored } from './api.ts';
import { expectedState } from './expected.ts';
import { runLine } from './lines.ts';
import { type Note, noteOf } from './notes.ts';
import { stateOf } from './state.ts';

export interface Row {
  readonly expected: string;
  readonly seen: string;
  readonly verdict: 'right' | 'wrong' | 'refused';
}

const NODES = 3;
const STEP_SECONDS = 5;
/** What is seen must last this long to be an end. */
const SETTLED_SECONDS = 20;

/** Applies one manifest to a cluster of its own, after what the text around it makes first, and waits for what it is to come to. */
export async function apply(file: string, read: (path: string) => string): Promise<Row> {
  const note = noteOf(file);
  const cluster = await createCluster({
    nodes: NODES,
    kubelet: 'simulated',
    clock: 'virtual',
    latency: 'real',
    addons: ['dns', 'ingress', 'load-balancer', 'metrics', 'storage'],
    onError: (error) => console.error(`${file}: ${error instanceof Error ? error.stack : String(error)}`),
  });
  try {
    const objects = within(documents(read(file)), note);
    const first = within(
      [...(note.objects ?? []), ...(note.with ?? []).flatMap((path) => documents(read(path)))],
      note,
    );
    for (const name of namespacesOf([...objects, ...first]))
      await create(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    // A Pod is refused until its namespace has its account.
    await cluster.clock.advance(1000);
    for (const line of note.before ?? []) await mustRun(runLine(cluster, line), line);
    for (const object of first) await create(cluster, object);
    const made: Stored[] = [];
    const refusals: string[] = [];
    for (const object of objects) {
      const result = await create(cluster, object);
      if ('refusal' in result) refusals.push(`${object.kind}: ${result.refusal.split('\n')[0]}`);
      else made.push(result);
    }
    if (made.length === 0) return { expected: 'accepted', seen: refusals.join('; '), verdict: 'refused' };
    await cluster.clock.advance((note.settleSeconds ?? 15) * 1000);
    for (const line of note.after ?? []) await mustRun(runLine(cluster, line), line);
    return await judge(cluster, made, note);
  } finally {
    await cluster.stop();
  }
}

async function judge(
  cluster: Awaited<ReturnType<typeof createCluster>>,
  made: readonly Stored[],
  note: Note,
): Promise<Row> {
  const wanted = made.map(({ object }) => wantedOf(object, note));
  let seen: readonly string[] = [];
  let rightSince: number | undefined;
  for (let second = 0; second <= (note.minutes ?? 10) * 60; second += STEP_SECONDS) {
    seen = await Promise.all(made.map((stored) => stateOf(cluster, stored)));
    const right = seen.every((state, i) => fits(state, wanted[i] ?? ''));
    if (right && note.passing === true) rightSince = -SETTLED_SECONDS;
    rightSince = right ? (rightSince ?? second) : undefined;
    if (rightSince !== undefined && second - rightSince >= SETTLED_SECONDS) break;
    await cluster.clock.advance(STEP_SECONDS * 1000);
  }
  const list = (states: readonly string[]): string =>
    made
      .map(({ object }, i) => `${object.kind} ${states[i]}`)
      .filter((text) => !text.endsWith(' stored') || made.length === 1)
      .join(', ') || 'stored';
  return {
    expected: `${list(wanted)}${note.why === undefined ? '' : ` (${note.why})`}`,
    seen: list(seen),
    verdict: rightSince === undefined ? 'wrong' : 'right',
  };
}

/** `*` in what is expected stands for anything. */
const fits = (state: string, wanted: string): boolean =>
  wanted
    .split('|')
    .some((one) => one === '*' || one === state || (one.endsWith('*') && state.startsWith(one.slice(0, -1))));

function wantedOf(object: Manifest, note: Note): string {
  const name = `${object.kind}/${object.metadata.name}`;
  const noted = note.expect?.[name] ?? note.expect?.[object.kind];
  if (noted !== undefined) return noted;
  return object.kind === 'Service' ? '*' : expectedState(object, NODES);
}

function documents(text: string): readonly Manifest[] {
  return parseAllDocuments(text, { version: '1.1' })
    .map((document) => document.toJS() as (Manifest & { readonly items?: readonly Manifest[] }) | null)
    .flatMap((object) => (object === null ? [] : object.kind === 'List' ? (object.items ?? []) : [object]))
    .filter((object) => typeof object.kind === 'string' && typeof object.metadata === 'object');
}

const within = (objects: readonly Manifest[], { namespace }: Note): readonly Manifest[] =>
  namespace === undefined
    ? objects
    : objects.map((object) => ({ ...object, metadata: { namespace, ...object.metadata } }));

function namespacesOf(objects: readonly Manifest[]): ReadonlySet<string> {
  const made = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  return new Set(
    objects.flatMap(({ metadata: { namespace } }) =>
      namespace === undefined || made.has(namespace) ? [] : [namespace],
    ),
  );
}

async function mustRun(outcome: ReturnType<typeof runLine>, line: string): Promise<void> {
  const { code, stderr } = await outcome;
  if (code !== 0) console.error(`${line}: ${stderr.trim()} (exit ${code})`);
}
