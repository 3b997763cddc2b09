import type { StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { describe, expect, test } from 'vitest';
import { withStatus } from '../testing/harness.ts';
import { pod, statefulSet, template } from '../testing/objects.ts';
import { planStatefulSet } from './plan.ts';

const NOW = Date.UTC(2025, 0, 1);

/** `web-0`; after the name: `+` of the new revision, `p` pending, `u` not ready, `f` failed, `t` told to go. */
function podOf(text: string): Pod {
  const [, name = '', flags = ''] = /^(\S+-\d+)(\S*)$/.exec(text) ?? [];
  const revision = flags.includes('+') ? 'new' : 'old';
  const labels = {
    app: 'web',
    'statefulset.kubernetes.io/pod-name': name,
    'controller-revision-hash': revision,
  };
  const made = pod(name, labels);
  const going = flags.includes('t') ? { deletionTimestamp: '2025-01-01T00:00:00Z' } : {};
  const there = { ...made, metadata: { ...made.metadata, ...going } };
  if (flags.includes('p')) return { ...there, status: { phase: 'Pending' } };
  if (flags.includes('f')) return { ...there, status: { phase: 'Failed' } };
  return withStatus(there, flags.includes('u') ? 'False' : 'True', '10.0.0.1', NOW);
}

interface Case {
  readonly name: string;
  readonly spec?: Partial<NonNullable<StatefulSet['spec']>>;
  readonly status?: StatefulSet['status'];
  readonly pods: string;
  readonly deleting?: boolean;
  /** `create web-0 old`, phases parted by `|`. */
  readonly want: string;
  readonly replace?: string;
}

const parallel = { podManagementPolicy: 'Parallel' };
const partition = (n: number) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: n } } });

const cases: readonly Case[] = [
  { name: 'STS-3 begins with the first', pods: '', want: 'create web-0+' },
  { name: 'STS-3 goes on when the first is ready', pods: 'web-0+', want: 'create web-1+' },
  { name: 'STS-3 waits for one that is pending', pods: 'web-0p+', want: '' },
  { name: 'STS-3 waits for one that is not ready', pods: 'web-0u+', want: '' },
  { name: 'STS-3 fills a hole before all else', pods: 'web-0+ web-2u+', want: 'create web-1+' },
  { name: 'STS-3 waits for one that goes', pods: 'web-0t+ web-1+', want: '' },
  { name: 'STS-5 deletes one that has failed', pods: 'web-0f+ web-1+', want: 'delete web-0' },
  { name: 'STS-5 waits for one that has failed and goes', pods: 'web-0ft+', want: '' },
  { name: 'STS-4 makes all that are missing', spec: parallel, pods: 'web-1u+', want: 'create web-0+, create web-2+' },
  {
    name: 'STS-4 makes and deletes in one turn',
    spec: { ...parallel, replicas: 1 },
    pods: 'web-1+ web-2+t web-3u+',
    want: 'create web-0+ | delete web-3, delete web-1',
  },
  { name: 'STS-3 lets the last go first', spec: { replicas: 1 }, pods: 'web-0+ web-1+ web-2+', want: 'delete web-2' },
  { name: 'STS-3 waits until the last is gone', spec: { replicas: 1 }, pods: 'web-0+ web-1+ web-2t+', want: '' },
  {
    name: 'STS-3 lets one go that alone is not healthy',
    spec: { replicas: 1 },
    pods: 'web-0+ web-1+ web-2u+',
    want: 'delete web-2',
  },
  {
    name: 'STS-3 waits when one before it is not either',
    spec: { replicas: 1 },
    pods: 'web-0+ web-1u+ web-2u+',
    want: '',
  },
  {
    name: 'STS-3 shrinks only when those that stay are ready',
    spec: { replicas: 1 },
    pods: 'web-0u+ web-1+',
    want: '',
  },
  { name: 'STS-7 replaces the last old one', pods: 'web-0 web-1 web-2', want: '', replace: 'web-2' },
  { name: 'STS-7 goes on to the one before it', pods: 'web-0 web-1 web-2+', want: '', replace: 'web-1' },
  { name: 'STS-7 waits for the new one', pods: 'web-0 web-1 web-2u+', want: '' },
  { name: 'STS-7 waits for an old one that is broken', pods: 'web-0 web-1 web-2u', want: '' },
  {
    name: 'STS-7 in parallel replaces one that is broken',
    spec: parallel,
    pods: 'web-0 web-1 web-2u',
    want: '',
    replace: 'web-2',
  },
  { name: 'STS-7 in parallel is one by one, too', spec: parallel, pods: 'web-0 web-1 web-2t', want: '' },
  { name: 'STS-7 stops at the partition', spec: partition(2), pods: 'web-0 web-1 web-2+', want: '' },
  { name: 'STS-7 makes old ones below the partition', spec: partition(2), pods: 'web-1 web-2+', want: 'create web-0' },
  { name: 'STS-7 makes new ones above it', spec: partition(1), pods: 'web-0 web-2+', want: 'create web-1+' },
  {
    name: 'STS-8 replaces nothing',
    spec: { updateStrategy: { type: 'OnDelete' } },
    pods: 'web-0 web-1 web-2',
    want: '',
  },
  {
    name: 'STS-1 counts from the first ordinal',
    spec: { replicas: 2, ordinals: { start: 3 } },
    pods: 'web-3+ web-4+ web-1+',
    want: 'delete web-1',
  },
  { name: 'STS-3 leaves all alone when the set goes', deleting: true, pods: 'web-0+', want: '' },
];

describe('the plan of a StatefulSet', () => {
  for (const { name, spec, status, pods, deleting, want, replace } of cases) {
    test(name, () => {
      const plain = statefulSet('web', { ...partition(0), ...spec });
      const going = deleting ? { deletionTimestamp: '2025-01-01T00:00:00Z' } : {};
      const plan = planStatefulSet({
        set: { ...plain, metadata: { ...plain.metadata, ...going }, ...(status && { status }) },
        pods: pods === '' ? [] : pods.split(' ').map(podOf),
        revisions: { current: 'old', update: 'new', collisionCount: 0 },
        currentTemplate: () => template('web', 'nginx:0'),
        claim: () => undefined,
        nowMs: NOW,
      });
      const isNew = (p: Pod): boolean => p.metadata.labels?.['controller-revision-hash'] === 'new';
      const text = plan.phases
        .filter((tasks) => tasks.length > 0)
        .map((tasks) =>
          tasks
            .flat()
            .map((s) => `${s.do} ${s.pod.metadata.name}${s.do === 'create' && isNew(s.pod) ? '+' : ''}`)
            .join(', '),
        )
        .join(' | ');
      expect({ text, replace: plan.replace?.metadata.name }).toEqual({ text: want, replace });
      for (const { pod: made } of plan.phases.flat(2).filter((s) => s.do === 'create'))
        expect(made.spec?.containers[0]?.image).toBe(isNew(made) ? 'nginx:1' : 'nginx:0');
    });
  }
});
