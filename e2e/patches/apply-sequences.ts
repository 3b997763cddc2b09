import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type KindDefinition, kinds } from '@tabernetes/api';
import {
  canonical,
  type Draft,
  type KubeObject,
  notFound,
  patchObject,
  StatusError,
  serverSideApply,
  settleTimestamps,
  trackUpdate,
} from '@tabernetes/apimachinery';
import { type Answer, probeCreate, probeUpdate } from '../probes/pipeline.ts';

/** Random applies of one object by three managers, with merge patches between, and what Kubernetes answered. */
export interface ApplySequence {
  readonly kind: string;
  readonly steps: readonly ApplyStep[];
}

export interface ApplyStep {
  readonly op: 'apply' | 'merge-patch';
  readonly manager: string;
  readonly force?: boolean;
  readonly body: { readonly metadata?: { readonly name?: string } };
  readonly code: number;
  readonly message?: string;
  readonly causes?: readonly unknown[];
  readonly result?: KubeObject;
}

const KINDS: Readonly<Record<string, { readonly definition: KindDefinition; readonly resource: string }>> = {
  deployment: { definition: kinds.deployment, resource: 'deployments' },
  service: { definition: kinds.service, resource: 'services' },
  configmap: { definition: kinds.configMap, resource: 'configmaps' },
};

const NAMESPACE = 'pp';

export function readApplySequences(): readonly ApplySequence[] {
  const path = fileURLToPath(new URL('../golden/facts/apply-sequences.jsonl', import.meta.url));
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ApplySequence);
}

/** Plays a sequence; a text per step that was answered otherwise than recorded. */
export function playSequence({ kind, steps }: ApplySequence): readonly string[] {
  const known = KINDS[kind];
  if (known === undefined) throw new Error(`no kind ${kind}`);
  const name = steps.map(nameIn).find((found) => found !== undefined) ?? '';
  let live: KubeObject | undefined;
  let now = '2026-11-20T22:50:00Z';
  return steps.flatMap((step, i) => {
    now = timeOf(step) ?? now;
    const { definition, resource } = known;
    const answer = answerTo(step, definition, resource, name, live, now);
    if (answer.object !== undefined && answer.object !== live) live = stored(answer.object, definition, i + 1);
    const difference = differenceFrom(step, answer);
    return difference === undefined ? [] : [`step ${i}: ${difference}`];
  });
}

/** The name in the request's path is not recorded: bodies of applies have it, and refusals quote it. */
const nameIn = ({ body, message = '' }: ApplyStep): string | undefined =>
  body.metadata?.name ?? /"(.*)" not found$/.exec(message)?.[1];

/** When the step was taken, as far as the recording tells: the latest of the times that it shows. */
const timeOf = ({ result }: ApplyStep): string | undefined =>
  result?.metadata.managedFields
    ?.flatMap(({ time, subresource }) => (time && !subresource ? [time] : []))
    .sort()
    .at(-1);

function stored(object: KubeObject, { schema }: KindDefinition, revision: number): KubeObject {
  const metadata = { ...object.metadata, resourceVersion: String(revision) };
  return canonical(schema, { ...object, metadata }, object);
}

interface Played extends Answer {
  readonly causes?: readonly unknown[];
}

function answerTo(
  step: ApplyStep,
  definition: KindDefinition,
  resource: string,
  name: string,
  live: KubeObject | undefined,
  now: string,
): Played {
  try {
    if (step.op === 'merge-patch' && live === undefined) throw notFound({ group: definition.group, resource }, name);
    const raw = step.op === 'apply' ? applied(step, definition, live, now) : patched(step, definition, live, now);
    const answer = live === undefined ? probeCreate(definition, raw) : probeUpdate(definition, raw, live);
    if (answer === undefined) throw new Error('does not decode');
    if (answer.object === undefined) return answer;
    const next = canonical(definition.schema, answer.object, live);
    return { ...answer, object: live === undefined ? next : settleTimestamps(live, next) };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { code: error.code, message: error.message, causes: error.status.details?.causes ?? [] };
  }
}

const apiVersionOf = ({ group, version }: KindDefinition): string => (group ? `${group}/${version}` : version);
const resetFieldsOf = ({ resetFields }: KindDefinition) => (resetFields === undefined ? {} : { resetFields });

function applied(step: ApplyStep, definition: KindDefinition, live: KubeObject | undefined, now: string): unknown {
  const { schema, kind } = definition;
  const { object, managedFields } = serverSideApply({
    schema,
    apiVersion: apiVersionOf(definition),
    kind,
    live,
    patch: step.body,
    manager: step.manager,
    ...(step.force !== undefined && { force: step.force }),
    ...resetFieldsOf(definition),
    now,
  });
  const { metadata, ...rest } = object as KubeObject;
  return { ...rest, metadata: { ...metadata, namespace: NAMESPACE, managedFields } };
}

function patched(step: ApplyStep, definition: KindDefinition, live: KubeObject | undefined, now: string): unknown {
  const { schema } = definition;
  if (live === undefined) throw new TypeError('nothing to patch');
  const body = { kind: 'object', object: step.body } as const;
  const draft = patchObject({ schema, live, body, type: 'merge', fieldValidation: 'Ignore' })
    .draft as Draft<KubeObject>;
  definition.defaults?.(draft);
  const managedFields = trackUpdate({
    schema,
    apiVersion: apiVersionOf(definition),
    live,
    next: draft as KubeObject,
    manager: step.manager,
    ...resetFieldsOf(definition),
    now,
  });
  return { ...draft, metadata: { ...draft.metadata, managedFields } };
}

/** Undefined: the same. */
function differenceFrom({ code, message = '', causes, result }: ApplyStep, got: Played): string | undefined {
  const want = `${code} ${result === undefined ? firstLines(message) : comparable(result)}`;
  const have = `${got.code} ${got.object === undefined ? firstLines(got.message) : comparable(got.object)}`;
  if (want !== have) return `${have}, wanted ${want}`;
  if (code !== 409 || causes === undefined || JSON.stringify(sorted(causes)) === JSON.stringify(sorted(got.causes)))
    return undefined;
  return `causes ${JSON.stringify(got.causes)}, wanted ${JSON.stringify(causes)}`;
}

/** Several messages come in no order; what embeds an object is compared up to it. */
const firstLines = (message: string): string => message.replace(/Invalid value: "\{.*/s, 'Invalid value: {…}');

/** What differs from cluster to cluster, or is other controllers' doing. */
const VOLATILE: ReadonlySet<string> = new Set([
  'uid',
  'namespace',
  'resourceVersion',
  'creationTimestamp',
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'generation',
  'status',
]);

function comparable(object: KubeObject): string {
  // Of annotations there is only the Deployment controller's.
  const { managedFields = [], annotations: _, ...metadata } = object.metadata;
  const own = managedFields.filter((entry) => entry.subresource !== 'status');
  return JSON.stringify(sorted({ ...object, metadata: { ...metadata, managedFields: own } }));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !VOLATILE.has(key));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]));
}
