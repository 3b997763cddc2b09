import { readFileSync } from 'node:fs';
import { deepFreeze } from '@tabernetes/base';
import { describe, expect, it } from 'vitest';
import { canonical } from '../encode/canonical.ts';
import type { ManagedFieldsEntry } from '../generated/meta-v1.ts';
import { StatusError } from '../status.ts';
import { serverSideApply } from './server-side-apply.ts';
import { appSchema, widgetSchema } from './testing/schemas.ts';
import { type Tracked, trackUpdate } from './track-update.ts';

/**
 * Random applies and updates of small objects, and what upstream's field manager (apimachinery 0.32 with
 * structured-merge-diff 4.4.2) made of them, recorded by calling it with the same schemas.
 */
interface Step {
  readonly op: 'apply' | 'update';
  readonly manager: string;
  readonly force?: boolean;
  readonly subresource?: string;
  readonly resetFields: readonly string[];
  readonly now: string;
  readonly body: object;
  readonly managedFields?: readonly ManagedFieldsEntry[];
  readonly object?: object;
  readonly error?: string;
}

const sequences = readFileSync(new URL('./testdata/upstream-sequences.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly kind: 'App' | 'Widget'; readonly steps: readonly Step[] });

const SCHEMAS = { App: appSchema, Widget: widgetSchema };

describe('recorded answers of upstream', () => {
  for (const [i, { kind, steps }] of sequences.entries()) {
    it(`SSA-1 MF-6 are ours: ${kind} ${i}`, () => {
      let live: Tracked | undefined;
      for (const [at, step] of steps.entries()) {
        const got = answer(SCHEMAS[kind], kind, step, live);
        expect({ at, ...got }).toEqual({ at, ...wanted(step) });
        if (step.error === undefined) live = stored(SCHEMAS[kind], step);
      }
    });
  }
});

type Answer = Pick<Step, 'error' | 'managedFields' | 'object'>;

function wanted({ op, error, managedFields = [], object }: Step): Answer {
  if (error !== undefined) return { error };
  return op === 'apply' && object !== undefined ? { managedFields, object: withoutUid(object) } : { managedFields };
}

function answer(schema: typeof appSchema, kind: string, step: Step, live: Tracked | undefined): Answer {
  const { op, manager, force = false, subresource = '', resetFields, now, body } = step;
  const common = { schema, apiVersion: 'example.com/v1', live, manager, subresource, resetFields, now };
  if (op === 'update') return { managedFields: trackUpdate({ ...common, next: body }) ?? [] };
  try {
    const { object, managedFields = [] } = serverSideApply({ ...common, kind, patch: body, force });
    return { managedFields, object: withoutUid(object as object) };
  } catch (error) {
    if (error instanceof StatusError) return { error: error.message };
    throw error;
  }
}

function stored(schema: typeof appSchema, { op, body, object, managedFields }: Step): Tracked {
  const printed = canonical(schema, (op === 'apply' ? object : body) as { readonly metadata?: object });
  return deepFreeze({
    ...printed,
    metadata: { ...printed.metadata, uid: 'u', ...(managedFields?.length && { managedFields }) },
  });
}

/** Without what says that it is stored. */
function withoutUid(object: object): object {
  const { uid: _, managedFields: __, ...metadata } = (Reflect.get(object, 'metadata') ?? {}) as Record<string, unknown>;
  return { ...object, metadata };
}
