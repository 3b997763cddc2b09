import { canonical, type Draft, decodeObject } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { Pod, PodSpec } from '../generated/core-v1.ts';
import type { UpdateSubresource } from '../kind.ts';
import { pod as kind } from '../kinds/pod.ts';
import { makePod, NOW, testContext } from '../testing/pods.ts';
import { qosClass } from './qos.ts';

const draftOf = (pod: Pod): Draft<Pod> => decodeObject<Pod>(kind.schema, pod).draft;
const stored = (pod: Pod): Pod => canonical(kind.schema, draftOf(pod) as Pod);

function prepared(pod: Pod, warnings: string[] = []): Pod {
  const draft = draftOf(pod);
  kind.prepareForCreate?.(draft, testContext({ warn: (text) => warnings.push(text) }));
  return draft as Pod;
}

function subresource(name: string): UpdateSubresource<Pod> {
  const found = kind.subresources?.find((s) => s.name === name);
  if (found?.type !== 'update') throw new Error(name);
  return found;
}

describe('a new Pod', () => {
  test('POD-15 starts Pending with its QoS class, whatever status was sent', () => {
    expect(prepared(makePod({}, { phase: 'Running', podIP: '1.2.3.4' })).status).toEqual({
      phase: 'Pending',
      qosClass: 'BestEffort',
    });
  });

  test('POD-16 with scheduling gates it says so', () => {
    expect(prepared(makePod({ schedulingGates: [{ name: 'a' }] })).status?.conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
        lastTransitionTime: NOW,
      },
    ]);
  });

  test('POD-17 matchLabelKeys become expressions with its own values', () => {
    const term = {
      topologyKey: 'zone',
      labelSelector: { matchLabels: { a: 'b' } },
      matchLabelKeys: ['app', 'absent'],
      mismatchLabelKeys: ['app'],
    };
    const pod = prepared(
      makePod({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } }),
    );
    const [made] = pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    expect(made?.labelSelector?.matchExpressions).toEqual([
      { key: 'app', operator: 'In', values: ['web'] },
      { key: 'app', operator: 'NotIn', values: ['web'] },
    ]);
  });

  test('POD-18 AppArmor fields and annotations are kept in step', () => {
    const key = 'container.apparmor.security.beta.kubernetes.io/c';
    const warnings: string[] = [];
    const base = makePod();
    const annotated = { ...base, metadata: { ...base.metadata, annotations: { [key]: 'localhost/p' } } };
    expect(prepared(annotated, warnings).spec?.containers[0]?.securityContext).toEqual({
      appArmorProfile: { type: 'Localhost', localhostProfile: 'p' },
    });
    expect(warnings).toEqual([
      `metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`,
    ]);
    const withField = makePod({ securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } });
    expect(prepared(withField, warnings).metadata.annotations).toEqual({ [key]: 'runtime/default' });
    expect(warnings).toHaveLength(1);
  });
});

describe('QoS class', () => {
  const containers = (...resources: object[]): PodSpec => ({
    containers: resources.map((r, i) => ({ name: `c${i}`, resources: r })),
  });
  const full = { cpu: '1', memory: '1Gi' };
  const cases: { name: string; spec: PodSpec; qos: string }[] = [
    { name: 'nothing asked for', spec: containers({}), qos: 'BestEffort' },
    { name: 'zero amounts', spec: containers({ requests: { cpu: '0' } }), qos: 'BestEffort' },
    { name: 'another resource', spec: containers({ requests: { 'ephemeral-storage': '1Gi' } }), qos: 'BestEffort' },
    { name: 'limits equal requests', spec: containers({ limits: full, requests: full }), qos: 'Guaranteed' },
    {
      name: 'equal amounts, written otherwise',
      spec: containers({ limits: full, requests: { cpu: '1000m', memory: '1024Mi' } }),
      qos: 'Guaranteed',
    },
    { name: 'a smaller request', spec: containers({ limits: full, requests: { cpu: '1' } }), qos: 'Burstable' },
    { name: 'one container without', spec: containers({ limits: full, requests: full }, {}), qos: 'Burstable' },
    { name: 'only CPU', spec: containers({ limits: { cpu: '1' }, requests: { cpu: '1' } }), qos: 'Burstable' },
  ];
  for (const { name, spec, qos } of cases) test(`POD-19 ${name}: ${qos}`, () => expect(qosClass(spec)).toBe(qos));
});

describe('deletion', () => {
  const grace = (spec: Partial<PodSpec>, requested?: number, phase = 'Running') =>
    kind.gracePeriodSeconds?.(makePod(spec, { phase }), requested);

  test('POD-20 takes the time asked for, or the Pod’s own', () => {
    expect(grace({ nodeName: 'n' })).toBe(30);
    expect(grace({ nodeName: 'n' }, 5)).toBe(5);
    expect(grace({ nodeName: 'n' }, 0)).toBe(0);
    expect(grace({ nodeName: 'n', terminationGracePeriodSeconds: -3 })).toBe(1);
  });

  test('POD-21 is at once where nothing runs', () => {
    expect(grace({}, 5)).toBe(0);
    expect(grace({ nodeName: 'n' }, 5, 'Succeeded')).toBe(0);
    expect(grace({ nodeName: 'n' }, 5, 'Failed')).toBe(0);
  });
});

describe('status', () => {
  const status = subresource('status');
  function updated(old: Pod, change: (draft: Draft<Pod>) => void): Pod {
    const draft = draftOf(old);
    change(draft);
    status.prepareForUpdate(draft, old, testContext());
    return canonical(kind.schema, draft as Pod, old);
  }
  const errors = (old: Pod, change: (draft: Draft<Pod>) => void) =>
    status.validateUpdate?.(updated(old, change), old, testContext()).map((e) => `${e.field}: ${e.detail}`);

  test('POD-22 changes nothing of the spec, keeps the QoS class and stores what is reported', () => {
    const old = stored(makePod({}, { phase: 'Pending', qosClass: 'Burstable' }));
    const pod = updated(old, (draft) => {
      draft.spec = { containers: [] };
      draft.status = {
        phase: 'Running',
        podIP: '10.0.0.1',
        resize: 'Proposed',
        containerStatuses: [
          { name: 'c', image: '', imageID: '', ready: true, restartCount: 0, resources: {}, allocatedResources: {} },
        ],
      };
    });
    expect(pod.spec).toBe(old.spec);
    expect(pod.status).toMatchObject({ phase: 'Running', qosClass: 'Burstable', podIP: '10.0.0.1' });
    expect(pod.status).toMatchObject({ resize: 'Proposed', containerStatuses: [{ resources: {} }] });
  });

  test('POD-40 one address is in both fields, and the old one counts', () => {
    const synced = (status: object) => {
      const pod = makePod({}, status);
      kind.defaults?.(pod as Draft<Pod>);
      return [pod.status?.podIP, pod.status?.podIPs];
    };
    expect(synced({ podIPs: [{ ip: '10.0.0.1' }] })).toEqual(['10.0.0.1', [{ ip: '10.0.0.1' }]]);
    expect(synced({ podIP: '10.0.0.2' })).toEqual(['10.0.0.2', [{ ip: '10.0.0.2' }]]);
    expect(synced({ podIP: '10.0.0.2', podIPs: [{ ip: '10.0.0.1' }] })).toEqual(['10.0.0.2', [{ ip: '10.0.0.2' }]]);
  });

  test('POD-23 a container that ended for good stays ended', () => {
    const ended = { name: 'c', image: '', imageID: '', ready: false, restartCount: 0 };
    const old = stored(
      makePod(
        { restartPolicy: 'Never' },
        { containerStatuses: [{ ...ended, state: { terminated: { exitCode: 0 } } }] },
      ),
    );
    const restart = (draft: Draft<Pod>) => {
      draft.status = { containerStatuses: [{ ...ended, state: { running: {} } }] };
    };
    expect(errors(old, restart)).toEqual([
      'status.containerStatuses[0].state: may not be transitioned to non-terminated state',
    ]);
    expect(errors({ ...old, spec: { ...old.spec, restartPolicy: 'Always', containers: [] } }, restart)).toEqual([]);
  });

  test('POD-24 addresses are real ones, at most one of a family', () => {
    const old = stored(makePod());
    const withIps =
      (...ips: string[]) =>
      (draft: Draft<Pod>) => {
        draft.status = { podIPs: ips.map((ip) => ({ ip })), podIP: ips[0] ?? '' };
      };
    expect(errors(old, withIps('10.0.0.1', 'fd00::1'))).toEqual([]);
    expect(errors(old, withIps('10.0.0.1', '10.0.0.2'))).toEqual([
      'status.podIPs: may specify no more than one IP for each IP family',
    ]);
    expect(errors(old, withIps('x'))).toEqual([
      'status.podIPs[0]: must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ]);
  });
});

describe('ephemeral containers', () => {
  const { prepareForUpdate, validateUpdate } = subresource('ephemeralcontainers');
  const debug = {
    name: 'debug',
    image: 'busybox:1',
    imagePullPolicy: 'IfNotPresent',
    terminationMessagePolicy: 'File',
    resources: {},
  };
  function errors(old: Pod, ephemeralContainers: PodSpec['ephemeralContainers']) {
    const draft = draftOf({
      ...old,
      spec: { ...old.spec, containers: [], ephemeralContainers: ephemeralContainers ?? [] },
    });
    prepareForUpdate(draft, old, testContext());
    const pod = canonical(kind.schema, draft as Pod, old);
    expect(pod.spec?.containers).toBe(old.spec?.containers);
    return validateUpdate?.(pod, old, testContext()).map((e) => `${e.field}: ${e.detail}`);
  }

  test('POD-25 belong to nobody: an update of them changes no metadata', () => {
    const old = stored(makePod());
    const draft = draftOf({ ...old, metadata: { ...old.metadata, managedFields: [{ manager: 'me' }] } } as Pod);
    prepareForUpdate(draft, old, testContext());
    expect(draft.metadata.managedFields).toBeUndefined();
  });

  test('POD-25 can be added, and neither changed nor removed', () => {
    expect(errors(stored(makePod()), [debug])).toEqual([]);
    const old = stored(makePod({ ephemeralContainers: [debug] }));
    expect(errors(old, [])).toEqual([
      'spec.ephemeralContainers: existing ephemeral containers "debug" may not be removed\n',
    ]);
    expect(errors(old, [{ ...debug, image: 'other' }])).toEqual([
      'spec.ephemeralContainers: existing ephemeral containers "debug" may not be changed\n',
    ]);
  });

  test('POD-26 have no ports, probes or resources, and names of their own', () => {
    expect(
      errors(stored(makePod()), [{ ...debug, name: 'c', ports: [{ containerPort: 80, protocol: 'TCP' }] }]),
    ).toEqual([
      'spec.ephemeralContainers[0].name: ',
      'spec.ephemeralContainers[0].ports: cannot be set for an Ephemeral Container',
    ]);
  });
});
