import type { PodSpec } from '@tabernetes/api/types/core-v1';
import { afterEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from '../../testing/test-api-server.ts';
import { detailText, violations } from './evaluate.ts';
import { podSecurity } from './pod-security.ts';
import { levelText, policyOf } from './policy.ts';

const PREFIX = 'pod-security.kubernetes.io/';
const labelled = (labels: Record<string, string>) =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [PREFIX + name, value]));

describe('checks', () => {
  const good: PodSpec = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{ name: 'c', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
  };
  const texts = (spec: PodSpec, level: 'baseline' | 'restricted', minor?: number, annotations = {}): string =>
    detailText(violations({ level, minor }, { spec, annotations }));
  const withContext = (securityContext: object, podContext: object = {}): PodSpec => ({
    securityContext: { ...good.securityContext, ...podContext },
    containers: [{ name: 'c', securityContext: { ...good.containers[0]?.securityContext, ...securityContext } }],
  });

  test('API-56 a careful Pod is within every level', () => {
    for (let minor = 0; minor <= 40; minor++) expect(texts(good, 'restricted', minor)).toBe('');
  });

  const cases: readonly [string, PodSpec, string][] = [
    [
      'host namespaces',
      { ...good, hostNetwork: true, hostIPC: true },
      'host namespaces (hostNetwork=true, hostIPC=true)',
    ],
    [
      'AppArmor',
      withContext({ appArmorProfile: { type: 'Unconfined' } }),
      'forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined")',
    ],
    [
      'privileged',
      withContext({ privileged: true }),
      'privileged (container "c" must not set securityContext.privileged=true)',
    ],
    [
      'procMount',
      withContext({ procMount: 'Unmasked' }),
      'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
    ],
    [
      'host ports',
      { containers: ['a', 'b'].map((name, i) => ({ name, ports: [{ containerPort: 1, hostPort: 8080 + i }] })) },
      'hostPort (containers "a", "b" use hostPorts 8080, 8081)',
    ],
    [
      'SELinux',
      withContext({ seLinuxOptions: { type: 'spc_t', role: 'r' } }, { seLinuxOptions: { user: 'u' } }),
      'seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)',
    ],
    [
      'seccomp',
      withContext({ seccompProfile: { type: 'Unconfined' } }),
      'seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      'sysctls',
      { ...good, securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } },
      'forbidden sysctls (kernel.msgmax)',
    ],
    [
      'host processes',
      withContext({}, { windowsOptions: { hostProcess: true } }),
      'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
    ],
    ['host paths', { ...good, volumes: [{ name: 'h', hostPath: { path: '/' } }] }, 'hostPath volumes (volume "h")'],
    [
      'capabilities',
      withContext({ capabilities: { add: ['NET_ADMIN', 'CHOWN'] } }),
      'non-default capabilities (container "c" must not include "NET_ADMIN" in securityContext.capabilities.add)',
    ],
  ];
  for (const [name, spec, want] of cases) {
    test(`API-56 baseline: ${name}`, () => expect(texts(spec, 'baseline')).toBe(want));
  }

  const strict: readonly [string, PodSpec, string][] = [
    [
      'volumes override host paths',
      {
        ...good,
        volumes: [
          { name: 'h', hostPath: { path: '/' } },
          { name: 'n', nfs: { server: 's', path: '/' } },
        ],
      },
      'restricted volume types (volumes "h", "n" use restricted volume types "hostPath", "nfs")',
    ],
    [
      'capabilities override those of baseline',
      withContext({ capabilities: { add: ['CHOWN'] } }),
      'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]; container "c" must not include "CHOWN" in securityContext.capabilities.add)',
    ],
    [
      'root',
      withContext({ runAsUser: 0 }, { runAsNonRoot: false }),
      'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (container "c" must not set runAsUser=0)',
    ],
  ];
  for (const [name, spec, want] of strict) {
    test(`API-56 restricted: ${name}`, () => expect(texts(spec, 'restricted')).toBe(want));
  }

  test('API-56 older versions ask for less', () => {
    const plain: PodSpec = { containers: [{ name: 'c' }] };
    expect(texts(plain, 'restricted', 7)).toBe(
      'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true)',
    );
    expect(texts(withContext({ runAsUser: 0 }), 'restricted', 22)).toBe('');
    expect(texts({ ...plain, os: { name: 'windows' } }, 'restricted', 25)).toBe(texts(plain, 'restricted', 7));
    const tuned = { ...plain, securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } };
    expect([31, 32].map((minor) => texts(tuned, 'baseline', minor))).toEqual([
      'forbidden sysctls (net.ipv4.tcp_rmem)',
      '',
    ]);
    const annotations = { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' };
    expect([18, 19].map((minor) => texts(plain, 'baseline', minor, annotations))).toEqual([
      'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
      '',
    ]);
  });
});

test('API-56 labels choose level and version for each mode; who enforces warns', () => {
  const shown = (labels: Record<string, string>) => {
    const { enforce, audit, warn } = policyOf(labelled(labels)).policy;
    return [enforce, audit, warn].map(levelText);
  };
  expect(shown({})).toEqual(['privileged:latest', 'privileged:latest', 'privileged:latest']);
  expect(shown({ enforce: 'baseline', 'enforce-version': 'v1.24' })).toEqual([
    'baseline:v1.24',
    'privileged:latest',
    'baseline:v1.24',
  ]);
  expect(shown({ enforce: 'baseline', warn: 'privileged' })[2]).toBe('privileged:latest');
  expect(shown({ enforce: 'nonsense', audit: 'nonsense' })).toEqual([
    'restricted:latest',
    'privileged:latest',
    'privileged:latest',
  ]);
});

describe('admission', () => {
  let api: TestApiServer;
  const notes: string[] = [];
  afterEach(() => api.dispose());
  const start = async (labels: Record<string, string>): Promise<void> => {
    notes.length = 0;
    api = await testApiServer({
      deps: { admission: [podSecurity({ hold: (fetching) => fetching })] },
      onAuditAnnotation: (_, key, value) => notes.push(`${key}=${value}`),
    });
    await label(labels);
  };
  const label = (labels: Record<string, string>) =>
    api.send(
      'PATCH',
      '/api/v1/namespaces/default',
      { metadata: { labels: labelled(labels) } },
      {
        headers: { 'content-type': 'application/merge-patch+json' },
      },
    );
  const pod = (name: string, spec: object = {}) =>
    api.send('POST', '/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec },
    });

  test('API-56 Pods are refused, workloads warned about', async () => {
    await start({ enforce: 'baseline', audit: 'restricted' });
    expect((await pod('ok')).status).toBe(201);
    expect(notes).toEqual([
      'pod-security.kubernetes.io/enforce-policy=baseline:latest',
      expect.stringContaining(
        'pod-security.kubernetes.io/audit-violations=would violate PodSecurity "restricted:latest": allow',
      ),
    ]);
    expect((await pod('bad', { hostPID: true })).refusal).toMatchObject({
      code: 403,
      message: 'pods "bad" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)',
    });
    const labels = { app: 'a' };
    const template = { metadata: { labels }, spec: { hostPID: true, containers: [{ name: 'c', image: 'i' }] } };
    const { status, warnings } = await api.send('POST', '/apis/apps/v1/namespaces/default/deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: { selector: { matchLabels: labels }, template },
    });
    expect([status, warnings]).toEqual([
      201,
      ['would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)'],
    ]);
  });

  test('API-56 a stricter label names the Pods that violate it', async () => {
    await start({});
    for (const name of ['b', 'a']) await pod(name, { hostPID: true });
    await pod('c', {
      hostNetwork: true,
      hostPID: true,
      containers: [{ name: 'c', image: 'i', securityContext: { privileged: true } }],
    });
    const { status, warnings } = await label({ enforce: 'baseline' });
    expect(status).toBe(200);
    expect(warnings).toEqual([
      'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 1 other pod): host namespaces',
      'c: host namespaces, privileged',
    ]);
    const { refusal } = await label({ enforce: 'bogus', 'warn-version': '1.2' });
    expect(refusal.message).toBe(
      'Namespace "default" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "bogus": must be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.2": must be "latest" or "v1.x"]',
    );
  });
});
