import { describe, expect, test } from 'vitest';
import type { Job, JobSpec } from '../generated/batch-v1.ts';
import { createObject, testContext } from '../testing/index.ts';
import { job as kind } from './job.ts';

const UID = '00000000-0000-4000-8000-000000000000';

const create = (spec: Partial<JobSpec> = {}, labels?: object): Job | undefined =>
  createObject(
    kind,
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j' },
      spec: {
        template: {
          metadata: { labels },
          spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox' }] },
        },
        ...spec,
      },
    },
    testContext(),
  );

describe('Job', () => {
  test('KND-10 a new one picks its Pods by its uid, and has their labels', () => {
    const { spec, metadata } = create({}, { app: 'x' }) ?? {};
    const ours = { 'batch.kubernetes.io/controller-uid': UID };
    const labels = {
      app: 'x',
      ...ours,
      'controller-uid': UID,
      'batch.kubernetes.io/job-name': 'j',
      'job-name': 'j',
    };
    expect(spec?.selector).toEqual({ matchLabels: ours });
    expect(spec?.template.metadata?.labels).toEqual(labels);
    expect(metadata?.labels).toEqual(labels);
  });

  test('KND-10 with a selector of its own it does not', () => {
    const { spec } = create({ manualSelector: true, selector: { matchLabels: { app: 'x' } } }, { app: 'x' }) ?? {};
    expect(spec?.selector).toEqual({ matchLabels: { app: 'x' } });
    expect(spec?.template.metadata?.labels).toEqual({ app: 'x' });
    expect(() => create({ selector: { matchLabels: { app: 'x' } } })).toThrow('`selector` not auto-generated');
  });
});
