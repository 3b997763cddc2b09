import { kinds } from '@tabernetes/api';
import type { Job } from '@tabernetes/api/types/batch-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { afterEach, describe, expect, test } from 'vitest';
import { garbageCollector } from '../garbage-collector/garbage-collector.ts';
import { exitScript } from '../testing/exit-script.ts';
import { type Harness, type HarnessOptions, NS, startHarness } from '../testing/harness.ts';
import { pod } from '../testing/objects.ts';
import { jobController } from './job-controller.ts';

let harness: Harness;
let stop: (() => void) | undefined;
afterEach(() => {
  stop?.();
  harness.dispose();
});

async function start(options: Partial<HarnessOptions> & { readonly stopMs?: number } = {}): Promise<void> {
  const { stopMs = 0, ...rest } = options;
  harness = await startHarness({ controllers: [jobController, garbageCollector], ...rest });
  stop = await exitScript(harness, { stopMs });
}

const seconds = (n: number): Promise<void> => harness.clock.advance(n * 1000);

type Spec = Omit<Partial<NonNullable<Job['spec']>>, 'template'> & {
  readonly script: string;
  readonly restartPolicy?: string;
};

const job = (name: string, { script, restartPolicy = 'Never', ...spec }: Spec): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: {
    ...spec,
    template: { spec: { restartPolicy, containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', script] }] } },
  },
});

const getJob = (name: string): Promise<Job> => harness.get(kinds.job, name);
const conditionsOf = ({ status }: Job): readonly string[] =>
  (status?.conditions ?? []).map((c) => `${c.type} ${c.status} ${c.reason} ${c.message}`);
const podsOf = async (name: string): Promise<readonly Pod[]> =>
  (await harness.list(kinds.pod)).filter((p) => p.metadata.labels?.['job-name'] === name);
const FINALIZER = 'batch.kubernetes.io/job-tracking';

describe('a Job that succeeds', () => {
  test('JOB-1 runs its Pod, counts it and is complete', async () => {
    await start();
    await harness.create(job('pi', { script: 'sleep 2; exit 0' }));
    const [running] = await podsOf('pi');
    expect(running?.metadata.finalizers).toEqual([FINALIZER]);
    expect(running?.metadata.name).toMatch(/^pi-.{5}$/);
    expect((await getJob('pi')).status).toMatchObject({ active: 1, ready: 0, terminating: 0 });
    await seconds(1);
    expect((await getJob('pi')).status).toMatchObject({ active: 1, ready: 1 });
    await seconds(2);
    const done = await getJob('pi');
    expect(done.status).toMatchObject({ ready: 0, succeeded: 1, terminating: 0, uncountedTerminatedPods: {} });
    expect(done.status?.active).toBeUndefined();
    expect(conditionsOf(done)).toEqual([
      'SuccessCriteriaMet True CompletionsReached Reached expected number of succeeded pods',
      'Complete True CompletionsReached Reached expected number of succeeded pods',
    ]);
    const tookMs = Date.parse(done.status?.completionTime ?? '') - Date.parse(done.status?.startTime ?? '');
    expect(tookMs).toBeGreaterThanOrEqual(2000);
    expect(tookMs).toBeLessThanOrEqual(3000);
    expect((await podsOf('pi'))[0]?.metadata.finalizers).toBeUndefined();
    expect(await harness.events('pi')).toEqual([
      `Normal SuccessfulCreate Created pod: ${running?.metadata.name}`,
      'Normal Completed Job completed',
    ]);
    expect(harness.errors).toEqual([]);
  });

  test('JOB-2 keeps parallelism Pods until completions are reached', async () => {
    await start();
    await harness.create(job('par', { script: 'sleep 2; exit 0', completions: 5, parallelism: 2 }));
    const actives: number[] = [];
    for (let i = 0; i < 12; i++) {
      await seconds(1);
      actives.push((await getJob('par')).status?.active ?? 0);
    }
    expect(Math.max(...actives)).toBe(2);
    expect(await podsOf('par')).toHaveLength(5);
    expect((await getJob('par')).status).toMatchObject({ succeeded: 5 });
    expect((await harness.events('par')).at(-1)).toBe('Normal Completed Job completed');
  });

  test('JOB-2 without completions the first success ends it, once the others have ended', async () => {
    await start();
    await harness.create(job('queue', { script: 'sleep 3; exit 0', parallelism: 2 }));
    await seconds(10);
    const done = await getJob('queue');
    expect(done.status).toMatchObject({ succeeded: 2 });
    expect(conditionsOf(done).at(-1)).toContain('Complete True');
    expect(await podsOf('queue')).toHaveLength(2);
  });

  test('JOB-2 completions 0 is complete at once, and parallelism 0 never', async () => {
    await start();
    await harness.create(job('none', { script: 'exit 0', completions: 0 }));
    await harness.create(job('idle', { script: 'exit 0', parallelism: 0 }));
    await seconds(5);
    expect(conditionsOf(await getJob('none')).at(-1)).toContain('Complete True');
    expect(conditionsOf(await getJob('idle'))).toEqual([]);
    expect(await harness.list(kinds.pod)).toEqual([]);
  });

  test('JOB-2 raised and lowered parallelism is followed', async () => {
    await start();
    await harness.create(job('p', { script: 'sleep 100; exit 0', completions: 9, parallelism: 1 }));
    await harness.patch(kinds.job, 'p', { spec: { parallelism: 4 } });
    await seconds(2);
    expect((await getJob('p')).status).toMatchObject({ active: 4, ready: 4 });
    await harness.patch(kinds.job, 'p', { spec: { parallelism: 1 } });
    await seconds(2);
    const { status } = await getJob('p');
    expect(status).toMatchObject({ active: 1, ready: 1, terminating: 0 });
    expect(status?.failed).toBeUndefined();
    expect(await podsOf('p')).toHaveLength(1);
  });
});

describe('an Indexed Job', () => {
  const indexed = (name: string, spec: Spec): Job => job(name, { completionMode: 'Indexed', ...spec });

  test('JOB-3 has one Pod per index, which knows its index', async () => {
    await start();
    await harness.create(indexed('idx', { script: 'exit 0', completions: 3, parallelism: 3 }));
    const pods = await podsOf('idx');
    expect(pods.map((p) => p.spec?.hostname).sort()).toEqual(['idx-0', 'idx-1', 'idx-2']);
    const [first] = pods.filter((p) => p.spec?.hostname === 'idx-0');
    expect(first?.metadata.name).toMatch(/^idx-0-.{5}$/);
    const index = 'batch.kubernetes.io/job-completion-index';
    expect(first?.metadata.labels?.[index]).toBe('0');
    expect(first?.metadata.annotations?.[index]).toBe('0');
    expect(first?.spec?.containers[0]?.env).toEqual([
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${index}']` } },
      },
    ]);
    await seconds(3);
    const done = await getJob('idx');
    expect(done.status).toMatchObject({ succeeded: 3, completedIndexes: '0-2' });
    expect(conditionsOf(done)).toHaveLength(2);
  });

  test('JOB-4 an index that fails too often fails for good, and the Job when all are done', async () => {
    await start();
    await harness.create(indexed('per', { script: 'exit 1', completions: 2, parallelism: 2, backoffLimitPerIndex: 1 }));
    const failures = 'batch.kubernetes.io/job-index-failure-count';
    expect((await podsOf('per')).map((p) => p.metadata.annotations?.[failures])).toEqual(['0', '0']);
    await seconds(9);
    expect(await podsOf('per')).toHaveLength(2);
    await seconds(3);
    const counts = (await podsOf('per')).map((p) => p.metadata.annotations?.[failures]).sort();
    expect(counts).toEqual(['0', '0', '1', '1']);
    await seconds(3);
    const done = await getJob('per');
    expect(done.status).toMatchObject({ failed: 4, failedIndexes: '0,1' });
    expect(conditionsOf(done)).toEqual([
      'FailureTarget True FailedIndexes Job has failed indexes',
      'Failed True FailedIndexes Job has failed indexes',
    ]);
  });

  test('JOB-4 more failed indexes than maxFailedIndexes end the Job', async () => {
    await start();
    await harness.create(
      indexed('max', {
        script: 'exit 1',
        completions: 5,
        parallelism: 2,
        backoffLimitPerIndex: 0,
        maxFailedIndexes: 1,
      }),
    );
    await seconds(5);
    expect(conditionsOf(await getJob('max')).at(-1)).toBe(
      'Failed True MaxFailedIndexesExceeded Job has exceeded the specified maximal number of failed indexes',
    );
  });

  test('JOB-5 a success policy ends it early', async () => {
    await start({ stopMs: 500 });
    await harness.create(
      indexed('early', {
        script: 'sleep 2; exit 0',
        completions: 4,
        parallelism: 2,
        successPolicy: { rules: [{ succeededIndexes: '0' }] },
      }),
    );
    await seconds(8);
    const done = await getJob('early');
    expect(conditionsOf(done)).toEqual([
      'SuccessCriteriaMet True SuccessPolicy Matched rules at index 0',
      'Complete True SuccessPolicy Matched rules at index 0',
    ]);
    expect(done.status?.failed).toBeUndefined();
  });
});

describe('a Job that fails', () => {
  test('JOB-6 tries again after a back-off, until backoffLimit is passed', async () => {
    await start();
    await harness.create(job('fail', { script: 'exit 1', backoffLimit: 1 }));
    await seconds(9);
    expect(await podsOf('fail')).toHaveLength(1);
    expect((await getJob('fail')).status).toMatchObject({ failed: 1 });
    await seconds(6);
    const done = await getJob('fail');
    expect(done.status).toMatchObject({ failed: 2, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    expect(conditionsOf(done)).toEqual([
      'FailureTarget True BackoffLimitExceeded Job has reached the specified backoff limit',
      'Failed True BackoffLimitExceeded Job has reached the specified backoff limit',
    ]);
    expect(done.status?.completionTime).toBeUndefined();
    expect((await harness.events('fail')).map((e) => e.split(' ').slice(0, 2).join(' '))).toEqual([
      'Normal SuccessfulCreate',
      'Normal SuccessfulCreate',
      'Warning BackoffLimitExceeded',
    ]);
  });

  test('JOB-6 restarts in place count as failures', async () => {
    await start();
    await harness.create(job('again', { script: 'sleep 1; exit 1', restartPolicy: 'OnFailure', backoffLimit: 2 }));
    await seconds(6);
    const done = await getJob('again');
    expect(conditionsOf(done).at(-1)).toContain('Failed True BackoffLimitExceeded');
    expect(done.status).toMatchObject({ failed: 1 });
    expect(await podsOf('again')).toEqual([]);
  });

  test('JOB-7 is over when its time is over', async () => {
    await start({ stopMs: 1000 });
    await harness.create(job('dead', { script: 'sleep 1000', activeDeadlineSeconds: 3 }));
    const [victim] = await podsOf('dead');
    await seconds(3);
    expect(conditionsOf(await getJob('dead'))).toEqual([
      'FailureTarget True DeadlineExceeded Job was active longer than specified deadline',
    ]);
    expect((await getJob('dead')).status).toMatchObject({ terminating: 1, failed: 1 });
    await seconds(3);
    const done = await getJob('dead');
    expect(conditionsOf(done).at(-1)).toBe(
      'Failed True DeadlineExceeded Job was active longer than specified deadline',
    );
    expect(done.status).toMatchObject({ terminating: 0, failed: 1 });
    expect(await podsOf('dead')).toEqual([]);
    expect(await harness.events('dead')).toEqual([
      `Normal SuccessfulCreate Created pod: ${victim?.metadata.name}`,
      `Normal SuccessfulDelete Deleted pod: ${victim?.metadata.name}`,
      'Warning DeadlineExceeded Job was active longer than specified deadline',
    ]);
  });

  test('JOB-8 its podFailurePolicy decides what a failure means', async () => {
    await start();
    const onExitCodes = { operator: 'In', values: [42] };
    const rules = [{ action: 'FailJob', onExitCodes, onPodConditions: [] }];
    await harness.create(job('policy', { script: 'exit 42', podFailurePolicy: { rules } }));
    const [failed] = await podsOf('policy');
    await seconds(3);
    const message = `Container c for pod default/${failed?.metadata.name} failed with exit code 42 matching FailJob rule at index 0`;
    const done = await getJob('policy');
    expect(conditionsOf(done)).toEqual([
      `FailureTarget True PodFailurePolicy ${message}`,
      `Failed True PodFailurePolicy ${message}`,
    ]);
    expect(done.status).toMatchObject({ failed: 1 });
  });

  test('JOB-8 failures that are ignored do not count', async () => {
    await start();
    const onExitCodes = { operator: 'NotIn', values: [1] };
    const rules = [{ action: 'Ignore', onExitCodes, onPodConditions: [] }];
    await harness.create(job('ignore', { script: 'exit 42', backoffLimit: 0, podFailurePolicy: { rules } }));
    await seconds(40);
    const { status } = await getJob('ignore');
    expect(status?.failed).toBeUndefined();
    expect(status?.conditions).toBeUndefined();
    expect((await podsOf('ignore')).length).toBeGreaterThan(1);
  });
});

describe('Pods come and go', () => {
  test('JOB-9 a suspended Job has no Pods, and begins anew when it goes on', async () => {
    await start();
    await harness.create(job('sus', { script: 'sleep 2; exit 0', suspend: true }));
    await seconds(2);
    const suspended = await getJob('sus');
    expect(conditionsOf(suspended)).toEqual(['Suspended True JobSuspended Job suspended']);
    expect(suspended.status?.startTime).toBeUndefined();
    await harness.patch(kinds.job, 'sus', { spec: { suspend: false } });
    await seconds(4);
    expect(conditionsOf(await getJob('sus')).map((text) => text.split(' ').slice(0, 2).join(' '))).toEqual([
      'Suspended False',
      'SuccessCriteriaMet True',
      'Complete True',
    ]);
    const events = (await harness.events('sus')).map((e) => e.split(' ')[1]);
    expect(events).toEqual(['Suspended', 'SuccessfulCreate', 'Resumed', 'Completed']);
  });

  test('JOB-9 suspending lets Pods go that do not count as failures', async () => {
    await start();
    await harness.create(job('sus', { script: 'sleep 50; exit 0', parallelism: 2 }));
    await seconds(2);
    await harness.patch(kinds.job, 'sus', { spec: { suspend: true } });
    await seconds(2);
    const { status } = await getJob('sus');
    expect(status?.failed).toBeUndefined();
    expect(status?.active).toBeUndefined();
    expect(await podsOf('sus')).toEqual([]);
  });

  test('JOB-10 a Pod that is deleted is replaced and counts as failed', async () => {
    await start({ stopMs: 5000 });
    await harness.create(job('j', { script: 'sleep 100; exit 0' }));
    await seconds(1);
    const [victim] = await podsOf('j');
    await harness.client.resource(kinds.pod).delete(victim?.metadata.name ?? '', NS);
    await seconds(2);
    expect((await getJob('j')).status).toMatchObject({ failed: 1, terminating: 1 });
    await seconds(11);
    expect((await getJob('j')).status).toMatchObject({ failed: 1, active: 1, terminating: 0 });
  });

  test('JOB-10 with podReplacementPolicy Failed it is replaced when it has gone', async () => {
    await start({ stopMs: 5000 });
    await harness.create(job('j', { script: 'sleep 100; exit 0', podReplacementPolicy: 'Failed' }));
    await seconds(1);
    const [victim] = await podsOf('j');
    await harness.client.resource(kinds.pod).delete(victim?.metadata.name ?? '', NS);
    await seconds(3);
    expect((await getJob('j')).status).toMatchObject({ terminating: 1 });
    expect((await getJob('j')).status?.failed).toBeUndefined();
    expect(await podsOf('j')).toHaveLength(1);
    await seconds(20);
    expect((await getJob('j')).status).toMatchObject({ failed: 1, active: 1, terminating: 0 });
  });

  test('JOB-11 Pods of a Job that is deleted go with it', async () => {
    await start();
    await harness.create(job('gone', { script: 'sleep 100; exit 0', parallelism: 2 }));
    await seconds(1);
    await harness.client.resource(kinds.job).delete('gone', NS, { propagationPolicy: 'Background' });
    await seconds(5);
    expect(await harness.list(kinds.pod)).toEqual([]);
    await harness.create(job('fore', { script: 'sleep 100; exit 0' }));
    await seconds(1);
    await harness.client.resource(kinds.job).delete('fore', NS, { propagationPolicy: 'Foreground' });
    await seconds(5);
    expect(await harness.list(kinds.pod)).toEqual([]);
    expect(await harness.list(kinds.job)).toEqual([]);
    expect(harness.errors).toEqual([]);
  });

  test('JOB-11 Pods that are left behind lose the finalizer', async () => {
    await start();
    await harness.create(job('left', { script: 'sleep 100; exit 0' }));
    await seconds(1);
    await harness.client.resource(kinds.job).delete('left', NS, { propagationPolicy: 'Orphan' });
    await seconds(2);
    const [orphan] = await podsOf('left');
    expect(orphan?.metadata.ownerReferences).toBeUndefined();
    expect(orphan?.metadata.finalizers).toBeUndefined();
  });

  test('JOB-12 a Pod that it selects and nobody owns is adopted, and tracked', async () => {
    await start();
    const selector = { matchLabels: { mine: 'yes' } };
    const made = job('adopt', { script: 'sleep 9; exit 0', manualSelector: true, selector });
    const template = { ...made.spec?.template, metadata: { labels: { mine: 'yes' } } };
    await harness.create(pod('stray', { mine: 'yes' }));
    await harness.create({ ...made, spec: { ...made.spec, template } });
    await seconds(2);
    const stray = await harness.get(kinds.pod, 'stray');
    expect(stray.metadata.ownerReferences?.[0]?.name).toBe('adopt');
    expect(stray.metadata.finalizers).toEqual([FINALIZER]);
    expect(await harness.list(kinds.pod)).toHaveLength(1);
  });

  test('JOB-13 a Job that another controller looks after is left alone', async () => {
    await start();
    await harness.create(job('other', { script: 'exit 0', managedBy: 'example.com/custom' }));
    await seconds(3);
    expect(await harness.list(kinds.pod)).toEqual([]);
    expect((await getJob('other')).status).toEqual({});
  });

  test('JOB-14 what ends together is looked at once', async () => {
    await start();
    await harness.create(job('many', { script: 'sleep 1; exit 0', completions: 50, parallelism: 50 }));
    await seconds(1);
    const before = harness.requests.length;
    await seconds(3);
    const requests = harness.requests.slice(before).filter((r) => r.includes('/jobs/'));
    expect(requests.length).toBeLessThanOrEqual(4);
    expect((await getJob('many')).status).toMatchObject({ succeeded: 50 });
    expect(harness.requests.filter((r) => r.startsWith('GET /apis/batch/v1/namespaces'))).toEqual([]);
  });
});
