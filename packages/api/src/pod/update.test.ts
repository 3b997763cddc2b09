import { canonical, type Draft, decodeObject } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { Pod, PodSpec } from '../generated/core-v1.ts';
import { pod as kind } from '../kinds/pod.ts';
import { makePod } from '../testing/pods.ts';
import { validatePodUpdate } from './update.ts';

const stored = (pod: Pod): Pod => canonical(kind.schema, decodeObject<Pod>(kind.schema, pod).draft as Pod);

function errors(spec: Partial<PodSpec>, change: (spec: Draft<PodSpec>) => void): string[] {
  const old = stored(makePod(spec));
  const { draft } = decodeObject<Pod>(kind.schema, old);
  change(draft.spec as Draft<PodSpec>);
  return validatePodUpdate(canonical(kind.schema, draft as Pod, old), old).map(
    ({ field, detail }) => `${field}: ${detail.split('\n')[0]}`,
  );
}

const ONLY = expect.stringMatching(/^spec: pod updates may not change fields other than `spec\.containers/);
const gated = { schedulingGates: [{ name: 'a' }] };
const nodes = (...values: string[]) => ({
  requiredDuringSchedulingIgnoredDuringExecution: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values }] }],
  },
});

describe('changes of a Pod', () => {
  const cases: { name: string; spec?: Partial<PodSpec>; change: (spec: Draft<PodSpec>) => void; want: unknown[] }[] = [
    { name: 'nothing', change: () => undefined, want: [] },
    {
      name: 'an image',
      change: ({ containers: [c] }) => {
        if (c) c.image = 'nginx:2';
      },
      want: [],
    },
    {
      name: 'an image with a space',
      change: ({ containers: [c] }) => {
        if (c) c.image = ' nginx:2';
      },
      want: Array(2).fill('spec.containers[0].image: must not have leading or trailing whitespace'),
    },
    {
      name: 'another container',
      change: ({ containers }) =>
        containers.push({ ...(containers[0] as PodSpec['containers'][0]), name: 'd' } as never),
      want: ['spec.containers: pod updates may not add or remove containers'],
    },
    {
      name: 'the node',
      change: (spec) => {
        spec.nodeName = 'n';
      },
      want: [ONLY],
    },
    {
      name: 'an amount written otherwise',
      spec: { overhead: { memory: '1Gi' } },
      change: (spec) => {
        spec.overhead = { memory: '1024Mi' };
      },
      want: [],
    },
    {
      name: 'a first deadline',
      change: (spec) => {
        spec.activeDeadlineSeconds = 5;
      },
      want: [],
    },
    {
      name: 'a later deadline',
      spec: { activeDeadlineSeconds: 5 },
      change: (spec) => {
        spec.activeDeadlineSeconds = 6;
      },
      want: ['spec.activeDeadlineSeconds: must be less than or equal to previous value'],
    },
    {
      name: 'no deadline any more',
      spec: { activeDeadlineSeconds: 5 },
      change: (spec) => {
        delete spec.activeDeadlineSeconds;
      },
      want: ['spec.activeDeadlineSeconds: must not update from a positive integer to nil value'],
    },
    {
      name: 'another toleration',
      change: (spec) => {
        spec.tolerations = [{ key: 'a', operator: 'Exists' }];
      },
      want: [],
    },
    {
      name: 'the time of a toleration',
      spec: { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute' }] },
      change: ({ tolerations }) => {
        if (tolerations?.[0]) tolerations[0].tolerationSeconds = 5;
      },
      want: [],
    },
    {
      name: 'a toleration less',
      spec: { tolerations: [{ key: 'a', operator: 'Exists' }] },
      change: (spec) => {
        delete spec.tolerations;
      },
      want: ['spec.tolerations: existing toleration can not be modified except its tolerationSeconds'],
    },
    {
      name: 'a gate less',
      spec: gated,
      change: (spec) => {
        delete spec.schedulingGates;
      },
      want: [],
    },
    {
      name: 'a gate more',
      change: (spec) => {
        spec.schedulingGates = [{ name: 'b' }];
      },
      want: ["spec.schedulingGates[0].name: only deletion is allowed, but found new scheduling gate 'b'"],
    },
    {
      name: 'a negative grace period to 1',
      spec: { terminationGracePeriodSeconds: -1 },
      change: (spec) => {
        spec.terminationGracePeriodSeconds = 1;
      },
      want: [],
    },
    {
      name: 'any other grace period',
      change: (spec) => {
        spec.terminationGracePeriodSeconds = 1;
      },
      want: [ONLY],
    },
    {
      name: 'a node selector more, not gated',
      change: (spec) => {
        spec.nodeSelector = { a: 'b' };
      },
      want: [ONLY],
    },
    {
      name: 'a node selector more, gated',
      spec: { ...gated, nodeSelector: { a: 'b' } },
      change: (spec) => {
        spec.nodeSelector = { a: 'b', c: 'd' };
      },
      want: [],
    },
    {
      name: 'a node selector less, gated',
      spec: { ...gated, nodeSelector: { a: 'b' } },
      change: (spec) => {
        delete spec.nodeSelector;
      },
      want: ['spec.nodeSelector: only additions to spec.nodeSelector are allowed (no mutations or deletions)'],
    },
    {
      name: 'a first node affinity, gated',
      spec: gated,
      change: (spec) => {
        spec.affinity = { nodeAffinity: nodes('a') };
      },
      want: [],
    },
    {
      name: 'another node affinity, gated',
      spec: { ...gated, affinity: { nodeAffinity: nodes('a') } },
      change: (spec) => {
        spec.affinity = { nodeAffinity: nodes('b') };
      },
      want: [
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]: ' +
          'only additions are allowed (no mutations or deletions)',
      ],
    },
    {
      name: 'a Pod affinity, gated',
      spec: gated,
      change: (spec) => {
        spec.affinity = { podAffinity: {} };
      },
      want: [ONLY],
    },
  ];
  for (const { name, spec = {}, change, want } of cases) {
    test(`POD-27 ${name}`, () => expect(errors(spec, change)).toEqual(want));
  }

  test('POD-28 mirror and AppArmor annotations stay as they are', () => {
    const old = stored(makePod({ nodeName: 'n' }));
    const key = 'container.apparmor.security.beta.kubernetes.io/c';
    const annotations = { 'kubernetes.io/config.mirror': 'x', [key]: 'unconfined', free: 'y' };
    const changed = { ...old, metadata: { ...old.metadata, annotations } };
    expect(validatePodUpdate(changed, old).map((e) => e.detail)).toEqual([
      'may not add mirror pod annotation',
      'may not add AppArmor annotations',
    ]);
    expect(validatePodUpdate(old, changed).map((e) => e.detail)).toEqual([
      'may not remove or update mirror pod annotation',
      'may not remove or update AppArmor annotations',
    ]);
  });
});
