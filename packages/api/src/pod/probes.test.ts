import { readFileSync } from 'node:fs';
import { canonical, type Draft, decodeObject, type FieldError, invalidStatus } from '@tabernetes/apimachinery';
import { seededRng } from '@tabernetes/base';
import { describe, expect, test } from 'vitest';
import type { Pod } from '../generated/core-v1.ts';
import { pod as kind } from '../kinds/pod.ts';
import { testContext } from '../testing/pods.ts';

/*
 * A subset of what a real 1.32 server said to Pods with one bad leaf, and to live Pods with one leaf changed
 * (`testdata/`). Lines hold a base and then, one by one, a path, the value put there (absent: taken out) and the answer.
 */
interface Probe {
  readonly base?: unknown;
  readonly live?: unknown;
  readonly path: string;
  readonly value?: unknown;
  readonly code: number;
  readonly message?: string;
}

const probes = (file: string): readonly Probe[] =>
  readFileSync(new URL(`../../testdata/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Probe);

const LONG = 'a'.repeat(300);

function changed(base: unknown, probe: Probe): unknown {
  const copy: unknown = structuredClone(base);
  const keys = probe.path.replace(/\[(\d+)\]/g, '.$1').split('.');
  const last = keys.pop() ?? '';
  let at = copy as Record<string, unknown>;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if ('value' in probe) at[last] = probe.value === 'a*300' ? LONG : probe.value;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete at[last];
  return copy;
}

function decoded(raw: unknown): Draft<Pod> {
  const { draft } = decodeObject<Pod>(kind.schema, raw);
  draft.metadata ??= {};
  draft.metadata.namespace ??= 'default';
  return draft;
}

function refusal(name: string, errors: readonly FieldError[]): string {
  if (errors.length === 0) return '';
  const [head = ''] = invalidStatus(kind, name, errors).message.split('\n');
  return head.replaceAll(LONG, 'a*300');
}

const context = testContext({ rng: seededRng(1) });

function create(raw: unknown): string {
  const draft = decoded(raw);
  kind.defaults?.(draft);
  kind.prepareForCreate?.(draft, context);
  // What admission does for every Pod.
  if (draft.spec && !draft.spec.serviceAccountName) draft.spec.serviceAccountName = 'default';
  kind.defaults?.(draft);
  return refusal(draft.metadata.name ?? '', kind.validate?.(canonical(kind.schema, draft as Pod), context) ?? []);
}

function update(raw: unknown, live: unknown): string {
  const old = canonical(kind.schema, decoded(live) as Pod);
  const draft = decoded(raw);
  kind.defaults?.(draft);
  kind.prepareForUpdate?.(draft, old, context);
  const now = canonical(kind.schema, draft as Pod, old);
  return refusal(draft.metadata.name ?? '', kind.validateUpdate?.(now, old, context) ?? []);
}

/** Long messages were recorded cut. */
function sameAs(message: string, probe: Probe): string {
  const [wanted = ''] = (probe.message ?? '').split('\n');
  const cut = wanted.endsWith('...') ? wanted.slice(0, -3) : wanted;
  return cut.length >= 300 && message.startsWith(cut) ? wanted : message;
}

describe('recorded answers', () => {
  test('POD-1 a new Pod with one bad leaf is refused as recorded, in the same order', () => {
    let base: unknown;
    for (const probe of probes('pod-validation.jsonl')) {
      if (probe.base !== undefined) base = probe.base;
      else {
        const message = create(changed(base, probe));
        const [wanted = ''] = (probe.message ?? '').split('\n');
        expect(sameAs(message, probe), `${probe.path} ${JSON.stringify(probe.value)}`).toBe(wanted);
      }
    }
  });

  test('POD-2 a changed Pod is refused as recorded, and nothing else is', () => {
    let live: unknown;
    for (const probe of probes('pod-updates.jsonl')) {
      if (probe.live !== undefined) live = probe.live;
      else {
        const message = update(changed(live, probe), live);
        const [wanted = ''] = (probe.message ?? '').split('\n');
        expect(sameAs(message, probe), `${probe.path} ${JSON.stringify(probe.value)}`).toBe(wanted);
      }
    }
  });
});
