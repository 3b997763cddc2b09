import { kinds } from '@tabernetes/api';
import type { Deployment, ReplicaSet } from '@tabernetes/api/types/apps-v1';
import { afterEach, describe, expect, test } from 'vitest';
import { replicaSetController } from '../replica-set/replica-set-controller.ts';
import { type Harness, NS, type PodFate, scriptedKubelet, startHarness } from '../testing/harness.ts';
import { deployment, replicaSet, template } from '../testing/objects.ts';
import { deploymentController } from './deployment-controller.ts';

let harness: Harness;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

async function start(options: Parameters<typeof scriptedKubelet>[1] = {}): Promise<Harness> {
  harness = await startHarness({ controllers: [deploymentController, replicaSetController] });
  await scriptedKubelet(harness, options);
  return harness;
}
const setsByRevision = async (h: Harness): Promise<readonly ReplicaSet[]> =>
  [...(await h.list(kinds.replicaSet))].sort((a, b) => revision(a) - revision(b));
const revision = (o: Deployment | ReplicaSet): number =>
  Number(o.metadata.annotations?.['deployment.kubernetes.io/revision']);
const sizes = async (h: Harness) =>
  Object.fromEntries(
    (await h.list(kinds.replicaSet)).map((rs) => [
      rs.spec?.template?.spec?.containers[0]?.image ?? '',
      rs.spec?.replicas ?? 1,
    ]),
  );
const conditions = (d: Deployment): readonly string[] =>
  (d.status?.conditions ?? []).map((c) => `${c.type}=${c.status} ${c.reason}: ${c.message}`);
const image = (text: string) => ({ spec: { template: { spec: { containers: [{ name: 'main', image: text }] } } } });
const scaling = async (h: Harness): Promise<readonly string[]> =>
  (await h.events('web')).filter((e) => e.includes('ScalingReplicaSet')).map((e) => e.replace(/.*Scaled /, ''));

describe('a new Deployment', () => {
  test('CTL-5 goes on from the highest revision of the ReplicaSets that it adopts, exact in 64 bits', async () => {
    const h = await start();
    const { metadata, ...old } = replicaSet('web', { replicas: 0, template: template('web', 'nginx:1') });
    const annotations = { 'deployment.kubernetes.io/revision': '3546343826724305832' };
    await h.create({ ...old, metadata: { ...metadata, name: 'old', labels: { app: 'web' }, annotations } });
    await h.create(deployment('web'));
    expect((await h.get(kinds.deployment, 'web')).metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3546343826724305833',
    });
  });
  test('CTL-5 makes a ReplicaSet that is named, labelled and annotated as upstream does', async () => {
    const h = await start();
    await h.create({
      ...deployment('web'),
      metadata: { name: 'web', annotations: { team: 'a', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
    });
    const [rs] = await h.list(kinds.replicaSet);
    const hash = rs?.metadata.labels?.['pod-template-hash'] ?? '';
    const d = await h.get(kinds.deployment, 'web');
    expect(rs?.metadata).toMatchObject({
      name: `web-${hash}`,
      labels: { app: 'web', 'pod-template-hash': hash },
      annotations: {
        team: 'a',
        'deployment.kubernetes.io/desired-replicas': '2',
        'deployment.kubernetes.io/max-replicas': '3',
        'deployment.kubernetes.io/revision': '1',
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: 'web',
          uid: d.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    });
    expect(rs?.metadata.annotations).not.toHaveProperty('kubectl.kubernetes.io/last-applied-configuration');
    expect(rs?.spec?.selector).toEqual({ matchLabels: { app: 'web', 'pod-template-hash': hash } });
    expect(d.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
    expect(await h.events('web')).toEqual([`Normal ScalingReplicaSet Scaled up replica set web-${hash} from 0 to 2`]);
  });

  test('CTL-5 is Available and complete when its Pods are', async () => {
    const h = await start({ startMs: 3000 });
    await h.create(deployment('web'));
    const [{ metadata: { name = '' } = {} } = {}] = await h.list(kinds.replicaSet);
    const before = await h.get(kinds.deployment, 'web');
    expect(before.status).toMatchObject({ replicas: 2, updatedReplicas: 2, unavailableReplicas: 2 });
    expect(before.status?.readyReplicas).toBeUndefined();
    expect(conditions(before)).toEqual([
      'Available=False MinimumReplicasUnavailable: Deployment does not have minimum availability.',
      `Progressing=True ReplicaSetUpdated: ReplicaSet "${name}" is progressing.`,
    ]);
    await h.clock.advance(3000);
    const after = await h.get(kinds.deployment, 'web');
    expect(after.status).toMatchObject({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
    });
    expect(after.status?.unavailableReplicas).toBeUndefined();
    expect(conditions(after)).toEqual([
      'Available=True MinimumReplicasAvailable: Deployment has minimum availability.',
      `Progressing=True NewReplicaSetAvailable: ReplicaSet "${name}" has successfully progressed.`,
    ]);
    const progressing = after.status?.conditions?.find((c) => c.type === 'Progressing');
    // Its status has been True all the time; what it says is new.
    expect(progressing?.lastTransitionTime).toBe('2025-01-01T00:00:00Z');
    expect(progressing?.lastUpdateTime).toBe('2025-01-01T00:00:03Z');
  });

  test('CTL-5 with no replicas is complete at once', async () => {
    const h = await start();
    await h.create(deployment('web', { replicas: 0 }));
    const d = await h.get(kinds.deployment, 'web');
    expect(d.status?.conditions?.map((c) => c.reason)).toEqual(['MinimumReplicasAvailable', 'NewReplicaSetAvailable']);
    expect(await h.events('web')).toEqual([]);
  });

  test('CTL-5 without a deadline says nothing of progress', async () => {
    const h = await start();
    await h.create(deployment('web', { progressDeadlineSeconds: 2147483647 }));
    const d = await h.get(kinds.deployment, 'web');
    expect(d.status?.conditions?.map((c) => c.type)).toEqual(['Available']);
  });
});

describe('a rolling update', () => {
  test('CTL-5 goes step by step, within maxSurge and maxUnavailable', async () => {
    const h = await start({ startMs: 1000 });
    await h.create(deployment('web'));
    await h.clock.advance(2000);
    await h.patch(kinds.deployment, 'web', image('nginx:1.26'));
    await h.clock.advance(10_000);
    const [old = '', fresh = ''] = (await setsByRevision(h)).map((rs) => rs.metadata.name ?? '');
    expect(await scaling(h)).toEqual([
      `up replica set ${old} from 0 to 2`,
      `up replica set ${fresh} from 0 to 1`,
      `down replica set ${old} from 2 to 1`,
      `up replica set ${fresh} from 1 to 2`,
      `down replica set ${old} from 1 to 0`,
    ]);
    const d = await h.get(kinds.deployment, 'web');
    expect(revision(d)).toBe(2);
    expect(d.status).toMatchObject({ observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 });
  });

  test('CTL-5 never has more than replicas + maxSurge Pods, nor fewer available than it may', async () => {
    const h = await start({ startMs: 1000, stopMs: 500 });
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } };
    await h.create(deployment('web', { replicas: 6, strategy }));
    await h.clock.advance(2000);
    let most = 0;
    let least = 99;
    const watch = await h.server.watch('/apis/apps/v1/replicasets?watch=true');
    await h.patch(kinds.deployment, 'web', image('nginx:1.26'));
    for (let i = 0; i < 100; i++) {
      await h.clock.advance(100);
      const sets = await h.list(kinds.replicaSet);
      most = Math.max(
        most,
        sets.reduce((n, rs) => n + (rs.spec?.replicas ?? 0), 0),
      );
      least = Math.min(
        least,
        sets.reduce((n, rs) => n + (rs.status?.availableReplicas ?? 0), 0),
      );
    }
    watch.stop();
    expect(most).toBe(8);
    expect(least).toBeGreaterThanOrEqual(5);
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 0, 'nginx:1.26': 6 });
  });

  test('CTL-5 of a broken image stays half rolled, and fails at its deadline', async () => {
    const fate = ({ spec }: { spec?: { containers: readonly { image?: string }[] } }): PodFate =>
      spec?.containers[0]?.image === 'broken' ? 'running' : 'ready';
    const h = await start({ fate });
    await h.create(deployment('web', { replicas: 4, progressDeadlineSeconds: 60 }));
    await h.patch(kinds.deployment, 'web', image('broken'));
    // 25 % of 4: one more, one less.
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 3, broken: 2 });
    await h.clock.advance('59s');
    const name = (await setsByRevision(h)).at(-1)?.metadata.name;
    expect(conditions(await h.get(kinds.deployment, 'web'))).toContain(
      `Progressing=True ReplicaSetUpdated: ReplicaSet "${name}" is progressing.`,
    );
    await h.clock.advance('5s');
    const late = await h.get(kinds.deployment, 'web');
    expect(conditions(late)).toEqual([
      'Available=True MinimumReplicasAvailable: Deployment has minimum availability.',
      `Progressing=False ProgressDeadlineExceeded: ReplicaSet "${name}" has timed out progressing.`,
    ]);
    // Nothing is due any more: it does not look again and again.
    await h.clock.idle();
    expect(h.clock.now()).toBe(Date.UTC(2025, 0, 1, 0, 1, 4));
    expect((await h.get(kinds.deployment, 'web')).metadata.resourceVersion).toBe(late.metadata.resourceVersion);
  });

  test('CTL-5 rolled over to a third template gives up the broken ones first', async () => {
    const fate = ({ spec }: { spec?: { containers: readonly { image?: string }[] } }): PodFate =>
      spec?.containers[0]?.image === 'broken' ? 'running' : 'ready';
    const h = await start({ fate });
    await h.create(deployment('web', { replicas: 4 }));
    await h.patch(kinds.deployment, 'web', image('broken'));
    await h.patch(kinds.deployment, 'web', image('nginx:1.27'));
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 0, broken: 0, 'nginx:1.27': 4 });
    const broken = (await h.list(kinds.replicaSet)).find(
      (rs) => rs.spec?.template?.spec?.containers[0]?.image === 'broken',
    );
    const down = (await scaling(h)).filter((e) => e.startsWith('down'));
    expect(down[1]).toBe(`down replica set ${broken?.metadata.name} from 2 to 0`);
  });

  test('CTL-5 a change of replicas in the middle is shared by proportion', async () => {
    const fate = ({ spec }: { spec?: { containers: readonly { image?: string }[] } }): PodFate =>
      spec?.containers[0]?.image === 'broken' ? 'running' : 'ready';
    const h = await start({ fate });
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } };
    await h.create(deployment('web', { replicas: 10, strategy }));
    await h.patch(kinds.deployment, 'web', image('broken'));
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 8, broken: 5 });
    await h.patch(kinds.deployment, 'web', { spec: { replicas: 15 } });
    // The example of the documentation: 5 more, 3 and 2.
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 11, broken: 7 });
    for (const rs of await h.list(kinds.replicaSet))
      expect(rs.metadata.annotations).toMatchObject({
        'deployment.kubernetes.io/desired-replicas': '15',
        'deployment.kubernetes.io/max-replicas': '18',
      });
  });
});

describe('revisions', () => {
  test('CTL-5 going back makes the old ReplicaSet the newest and remembers its revision', async () => {
    const h = await start();
    await h.create(deployment('web'));
    await h.patch(kinds.deployment, 'web', image('nginx:1.26'));
    await h.patch(kinds.deployment, 'web', image('nginx:1.25'));
    const d = await h.get(kinds.deployment, 'web');
    expect(revision(d)).toBe(3);
    const sets = await setsByRevision(h);
    expect(sets.map(revision)).toEqual([2, 3]);
    expect(sets[1]?.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe('1');
    await h.patch(kinds.deployment, 'web', image('nginx:1.26'));
    await h.patch(kinds.deployment, 'web', image('nginx:1.25'));
    const [, newest] = await setsByRevision(h);
    expect(newest?.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe('1,3');
    expect(revision(newest ?? d)).toBe(5);
  });

  test('CTL-5 annotations of the Deployment follow to its ReplicaSet', async () => {
    const h = await start();
    await h.create(deployment('web'));
    await h.patch(kinds.deployment, 'web', { metadata: { annotations: { 'kubernetes.io/change-cause': 'first' } } });
    const [rs] = await h.list(kinds.replicaSet);
    expect(rs?.metadata.annotations?.['kubernetes.io/change-cause']).toBe('first');
  });

  test('CTL-5 keeps revisionHistoryLimit old ReplicaSets', async () => {
    const h = await start();
    await h.create(deployment('web', { revisionHistoryLimit: 1 }));
    for (const tag of ['1.26', '1.27', '1.28']) await h.patch(kinds.deployment, 'web', image(`nginx:${tag}`));
    expect(await sizes(h)).toEqual({ 'nginx:1.27': 0, 'nginx:1.28': 2 });
    expect((await setsByRevision(h)).map(revision)).toEqual([3, 4]);
  });

  test('CTL-5 a collision of hashes makes the next name', async () => {
    const h = await start();
    await h.create(deployment('web', { replicas: 0 }));
    const [first] = await h.list(kinds.replicaSet);
    await h.client.resource(kinds.deployment).delete('web', 'default');
    await h.client.resource(kinds.replicaSet).delete(first?.metadata.name ?? '', 'default');
    // Somebody else's ReplicaSet stands where ours would.
    await h.create(replicaSet(first?.metadata.name ?? '', { replicas: 0 }));
    await h.create(deployment('web', { replicas: 0 }));
    await h.clock.advance(100);
    const d = await h.get(kinds.deployment, 'web');
    expect(d.status?.collisionCount).toBe(1);
    const own = (await h.list(kinds.replicaSet)).filter((rs) => rs.metadata.ownerReferences?.length === 1);
    expect(own).toHaveLength(1);
    expect(own[0]?.metadata.name).not.toBe(first?.metadata.name);
  });
});

describe('Recreate', () => {
  test('CTL-6 makes no new Pod while an old one is there', async () => {
    const h = await start({ stopMs: 5000 });
    await h.create(deployment('web', { strategy: { type: 'Recreate' } }));
    await h.patch(kinds.deployment, 'web', image('nginx:1.26'));
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 0 });
    expect(await h.list(kinds.pod)).toHaveLength(2);
    await h.clock.advance(4999);
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 0 });
    await h.clock.advance(1);
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 0, 'nginx:1.26': 2 });
    const [old, fresh] = await setsByRevision(h);
    expect(await scaling(h)).toEqual([
      `up replica set ${old?.metadata.name} from 0 to 2`,
      `down replica set ${old?.metadata.name} from 2 to 0`,
      `up replica set ${fresh?.metadata.name} from 0 to 2`,
    ]);
    expect((await h.get(kinds.deployment, 'web')).status).toMatchObject({ updatedReplicas: 2, availableReplicas: 2 });
  });

  test('CTL-6 chosen in the middle of a rolling update, it does not notice that the last old Pod goes', async () => {
    const fate = ({ spec }: { spec?: { containers: readonly { image?: string }[] } }): PodFate =>
      spec?.containers[0]?.image === 'broken' ? 'running' : 'ready';
    const h = await start({ fate, stopMs: 5000 });
    await h.create(deployment('web', { replicas: 4 }));
    await h.patch(kinds.deployment, 'web', image('broken'));
    await h.clock.advance(6000);
    await h.patch(kinds.deployment, 'web', { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } });
    await h.clock.advance(6000);
    expect(await h.list(kinds.pod)).toHaveLength(2);
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 0, broken: 2 });
    await h.patch(kinds.deployment, 'web', { metadata: { annotations: { note: 'look' } } });
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 0, broken: 4 });
  });
});

describe('a paused Deployment', () => {
  test('CTL-7 does not roll, says so, and rolls when it is resumed', async () => {
    const h = await start();
    await h.create(deployment('web'));
    await h.patch(kinds.deployment, 'web', { spec: { paused: true } });
    await h.patch(kinds.deployment, 'web', image('nginx:1.26'));
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 2 });
    const paused = await h.get(kinds.deployment, 'web');
    expect(paused.status?.updatedReplicas).toBeUndefined();
    expect(conditions(paused)).toEqual([
      'Available=True MinimumReplicasAvailable: Deployment has minimum availability.',
      'Progressing=Unknown DeploymentPaused: Deployment is paused',
    ]);
    // Paused for longer than the deadline: nothing is due.
    await h.clock.idle();
    expect(h.clock.now()).toBe(Date.UTC(2025, 0, 1));
    await h.clock.advance('20m');
    await h.patch(kinds.deployment, 'web', { spec: { paused: false } });
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 0, 'nginx:1.26': 2 });
    expect((await h.get(kinds.deployment, 'web')).status?.conditions?.map((c) => c.reason)).toEqual([
      'MinimumReplicasAvailable',
      'NewReplicaSetAvailable',
    ]);
  });

  test('CTL-7 scales', async () => {
    const h = await start();
    await h.create(deployment('web'));
    await h.patch(kinds.deployment, 'web', { spec: { paused: true } });
    await h.patch(kinds.deployment, 'web', {
      ...image('nginx:1.26'),
      spec: { ...image('nginx:1.26').spec, replicas: 5 },
    });
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 5 });
    expect((await h.get(kinds.deployment, 'web')).status).toMatchObject({ replicas: 5, availableReplicas: 5 });
  });

  test('CTL-7 made paused makes nothing', async () => {
    const h = await start();
    await h.create(deployment('web', { paused: true }));
    expect(await h.list(kinds.replicaSet)).toEqual([]);
    await h.patch(kinds.deployment, 'web', { spec: { paused: false } });
    expect(await sizes(h)).toEqual({ 'nginx:1.25': 2 });
  });
});

describe('ownership of ReplicaSets', () => {
  test('CTL-5 adopts an orphan of its template and does not make another', async () => {
    const h = await start();
    await h.create({
      ...replicaSet('before', { replicas: 2 }),
      metadata: { name: 'before', labels: { app: 'web' } },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: template('web') },
    });
    const d = await h.create(deployment('web'));
    const sets = await h.list(kinds.replicaSet);
    expect(sets.map((rs) => rs.metadata.name)).toEqual(['before']);
    expect(sets[0]?.metadata.ownerReferences?.[0]?.uid).toBe(d.metadata.uid);
    expect(revision(sets[0] ?? d)).toBe(1);
  });

  test('CTL-5 an older one of its template that comes to it takes over, and the conditions name it', async () => {
    const h = await start();
    const spec = { selector: { matchLabels: { app: 'web' } }, template: template('web') };
    await h.create(deployment('older', { ...spec, replicas: 3 }));
    await h.clock.advance(2000);
    const older = (await h.list(kinds.replicaSet))[0]?.metadata.name ?? '';
    await h.create(deployment('web'));
    await h.clock.advance(2000);
    await h.client.resource(kinds.deployment).delete('older', NS);
    await h.patch(kinds.replicaSet, older, { metadata: { ownerReferences: null } });
    await h.clock.advance(2000);
    expect((await h.list(kinds.replicaSet)).map((rs) => `${rs.metadata.name} ${rs.spec?.replicas}`)).toEqual(
      expect.arrayContaining([`${older} 2`, expect.stringMatching(/^web-.* 0$/)]),
    );
    expect(conditions(await h.get(kinds.deployment, 'web'))).toContain(
      `Progressing=True NewReplicaSetAvailable: ReplicaSet "${older}" has successfully progressed.`,
    );
  });

  test('CTL-5 releases one that it no longer selects, and makes another', async () => {
    const h = await start();
    await h.create(deployment('web'));
    const [rs] = await h.list(kinds.replicaSet);
    const name = rs?.metadata.name ?? '';
    await h.patch(kinds.replicaSet, name, { metadata: { labels: { app: 'other' } } });
    await h.clock.advance(100);
    const released = await h.get(kinds.replicaSet, name);
    expect(released.metadata.ownerReferences ?? []).toEqual([]);
  });
});
