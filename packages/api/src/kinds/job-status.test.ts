import { describe, expect, test } from 'vitest';
import type { Job, JobStatus } from '../generated/batch-v1.ts';
import { validateJobStatusUpdate } from './job-status-rules.ts';

const T1 = '2025-01-01T00:00:00Z';
const T2 = '2026-01-01T00:00:00Z';
const job = (status: JobStatus): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'j' },
  spec: { template: { spec: { containers: [] } } },
  status,
});
const conditions = (...types: string[]) => types.map((type) => ({ type, status: 'True' }));
const told = (status: JobStatus, old: JobStatus = {}) =>
  validateJobStatusUpdate(job(status), job(old)).map(({ field, detail }) => `${field}: ${detail}`);

describe('status of a Job', () => {
  test('KND-19 the time of completion comes before the reasons', () => {
    expect(told({ startTime: T1, active: 1, conditions: conditions('Complete') })).toEqual([
      'status.completionTime: completionTime is required for Complete jobs',
      'status.conditions: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      'status.active: active>0 is invalid for finished job',
    ]);
    const done = { completionTime: T1, conditions: conditions('SuccessCriteriaMet', 'Complete') };
    expect(told({ ...done, startTime: T2 })).toEqual([
      'status.completionTime: completionTime cannot be set before startTime',
    ]);
    expect(told({ ...done, startTime: T1, completionTime: T2 }, { ...done, startTime: T1 })).toEqual([
      'status.completionTime: completionTime cannot be mutated',
    ]);
  });

  test('KND-19 Pods are counted until they have been', () => {
    const failed = { startTime: T1, conditions: conditions('FailureTarget', 'Failed') };
    expect(told({ ...failed, uncountedTerminatedPods: { failed: ['a'] }, terminating: 1, ready: 1 })).toEqual([
      'status.uncountedTerminatedPods: uncountedTerminatedPods needs to be empty for finished job',
      'status.terminating: terminating>0 is invalid for finished job',
      'status.ready: cannot set more ready pods than active',
    ]);
  });

  test('KND-19 whoever takes a Job up again sets its time anew', () => {
    const suspended = { startTime: T1, conditions: conditions('Suspended') };
    expect(told({ startTime: T2 }, { startTime: T1 })).toEqual([
      'status.startTime: startTime cannot be removed for unsuspended job',
    ]);
    expect(told({ startTime: T2, conditions: [{ type: 'Suspended', status: 'False' }] }, suspended)).toEqual([]);
  });
});
