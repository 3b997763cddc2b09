import { readFileSync } from 'node:fs';
import type { KindDefinition } from '@tabernetes/api';
import { wholeKinds } from '@tabernetes/api/testing';
import { canonical, type KubeObject } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import { probeCreate } from './pipeline.ts';
import { kindKey } from './probes.ts';

/*
 * What a real server answered to a dry-run creation of the least that each kind asks for: all the defaults.
 */
interface Recorded {
  readonly name: string;
  readonly in: Record<string, unknown>;
  readonly out: Record<string, unknown>;
}

const recorded = readFileSync(new URL('../golden/facts/defaults.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Recorded);
const kinds = new Map((await wholeKinds()).map((kind) => [`${kind.group}/${kind.version}/${kind.kind}`, kind]));

/** Admission adds to these, and is not looked at here. */
const ADMITTED = new Set(['Node', 'Pod']);

describe('KND-2 defaults are those of a real server', () => {
  for (const { name, in: given, out } of recorded) {
    const kind = kinds.get(kindKey(given as unknown as KubeObject));
    if (kind === undefined || kind.virtual || ADMITTED.has(kind.kind)) continue;
    test(name, () => {
      expect(comparable(created(kind, given))).toEqual(comparable(out));
    });
  }
});

function created(kind: KindDefinition, given: unknown): unknown {
  const answer = probeCreate(kind, given);
  expect(answer).toMatchObject({ code: 201, message: '' });
  const { object } = answer ?? {};
  return object && canonical(kind.schema, object);
}

/** Without what differs from run to run, and what admission adds. */
function comparable(object: unknown): unknown {
  const text = JSON.stringify(object, (key, value: unknown) => (DIFFERENT.has(key) ? undefined : value));
  return JSON.parse(
    text
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
      .replace(/10\.(9[6-9]|10\d|11[01])(\.\d+){2}/g, 'IP'),
  );
}

const DIFFERENT = new Set([
  'uid',
  'creationTimestamp',
  'nodePort',
  'healthCheckNodePort',
  'lastPhaseTransitionTime',
  'finalizers',
]);
