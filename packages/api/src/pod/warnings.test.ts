import { describe, expect, test } from 'vitest';
import type { Container, PodSpec } from '../generated/core-v1.ts';
import { makePod } from '../testing/pods.ts';
import { podTemplateWarnings, podWarnings } from './warnings.ts';

const containers = (...changes: Partial<Container>[]): Partial<PodSpec> => ({
  containers: changes.map((change, i) => ({ name: `c${i}`, ...change })),
});

describe('warnings', () => {
  const cases: { name: string; spec: Partial<PodSpec>; want: readonly string[] }[] = [
    { name: 'an ordinary Pod', spec: {}, want: [] },
    {
      name: 'old node labels',
      spec: { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
      want: ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
    },
    {
      name: 'a variable that hides another',
      spec: containers({
        env: [
          { name: 'A', value: '1' },
          { name: 'A', value: '$(A)2' },
          { name: 'A', value: '3' },
        ],
      }),
      want: ['spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply'],
    },
    {
      name: 'ports twice',
      spec: containers(
        { ports: [{ containerPort: 80, protocol: 'TCP' }] },
        {
          ports: [
            { containerPort: 80, protocol: 'TCP' },
            { containerPort: 80, protocol: 'TCP', hostPort: 8080 },
          ],
        },
      ),
      want: [
        'spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]',
        'spec.containers[1].ports[1]: overlapping port definition with spec.containers[0].ports[0]',
        'spec.containers[1].ports[1]: overlapping port definition with spec.containers[1].ports[0]',
      ],
    },
    {
      name: 'a part of a byte',
      spec: containers({ resources: { limits: { memory: '100m', cpu: '100m' } } }),
      want: [
        'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
      ],
    },
    {
      name: 'a negative grace period',
      spec: { terminationGracePeriodSeconds: -1 },
      want: ['spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1'],
    },
    {
      name: 'overlapping files',
      spec: {
        volumes: [
          {
            name: 'v',
            configMap: {
              name: 'm',
              items: [
                { key: 'a', path: 'dir' },
                { key: 'b', path: 'dir/file' },
                { key: 'c', path: 'direct' },
              ],
            },
          },
          { name: 'p', projected: { sources: [{}] } },
        ],
      },
      want: [
        'volume "v" (ConfigMap "m"): overlapping paths: "dir/file" with "dir"',
        'volume "p" (Projected) has no sources provided',
      ],
    },
    {
      name: 'a selector that selects nothing',
      spec: {
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone' }] },
        },
      },
      want: [
        'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: ' +
          'a null labelSelector results in matching no pod',
      ],
    },
  ];
  for (const { name, spec, want } of cases) {
    test(`POD-38 ${name}`, () => {
      expect(podWarnings(makePod(spec))).toEqual(want);
      const inTemplate = want.map((text) => text.replaceAll(/(?<!\()\bspec\./g, 'spec.template.spec.'));
      expect(podTemplateWarnings({ spec: makePod(spec).spec ?? { containers: [] } }, 'spec.template')).toEqual(
        inTemplate,
      );
    });
  }

  test('POD-39 a name that makes no host name', () => {
    const pod = makePod();
    expect(podWarnings({ ...pod, metadata: { ...pod.metadata, name: 'a.b' } })).toEqual([
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is " +
        'recommended: [must not contain dots]',
    ]);
  });
});
