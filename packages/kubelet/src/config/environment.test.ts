import type { ConfigMap, Container, Pod, Secret, Service } from '@tabernetes/api/types/core-v1';
import { describe, expect, test } from 'vitest';
import { dnsWarnings, podDns } from './dns.ts';
import { containerEnvironment } from './environment.ts';
import { expandReferences } from './expand.ts';
import { hostsFile } from './hosts-file.ts';

const pod = (spec: Partial<NonNullable<Pod['spec']>> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'demo', uid: 'u', labels: { app: 'web', 'a.b/c': '1' }, annotations: {} },
  spec: { containers: [], nodeName: 'node-1', serviceAccountName: 'default', ...spec },
});
const service = (name: string, namespace: string, ports: NonNullable<Service['spec']>['ports']): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { clusterIP: '10.96.0.9', ...(ports && { ports }) },
});
const configMap: ConfigMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cm' },
  data: { GOOD: 'g', 'with-dash': 'd' },
};
const secret: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { PW: btoa('p4ss') } };
const reader = {
  configMap: async (_: string, name: string) => (name === 'cm' ? configMap : undefined),
  secret: async (_: string, name: string) => (name === 's' ? secret : undefined),
};
const env = (container: Partial<Container>, services: readonly Service[] = []) =>
  containerEnvironment(
    { pod: pod(), seenMs: 0, podIPs: ['10.244.1.2'], hostIP: '172.18.0.2', allocatable: { cpu: '2', memory: '8Gi' } },
    { name: 'c', ...container },
    reader,
    services,
  );

describe('the environment of a container', () => {
  test('KUB-12 references are expanded where they can be', () => {
    const value = (name: string) => ({ A: '1' })[name];
    expect(['$(A)-$(B)', '$$(A)', '$A $', '$(A', '$$$(A)'].map((text) => expandReferences(text, value))).toEqual([
      '1-$(B)',
      '$(A)',
      '$A $',
      '$(A',
      '$1',
    ]);
  });

  test('KUB-12 variables see earlier ones, Services of the namespace and the API server', async () => {
    const found = await env(
      {
        envFrom: [{ configMapRef: { name: 'cm' } }, { prefix: 'DB_', secretRef: { name: 's' } }],
        env: [
          { name: 'FORWARD', value: '$(LATER)' },
          { name: 'LATER', value: 'late' },
          { name: 'SECOND', value: '$(LATER) $(GOOD) $(MY_DB_SERVICE_PORT)' },
          { name: 'LABEL', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
          { name: 'LABELS', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
          { name: 'PW', valueFrom: { secretKeyRef: { name: 's', key: 'PW' } } },
          { name: 'GONE', valueFrom: { configMapKeyRef: { name: 'none', key: 'x', optional: true } } },
        ],
      },
      [
        service('my-db', 'demo', [{ name: 'sql', port: 5432 }]),
        service('other', 'elsewhere', [{ port: 1 }]),
        service('kubernetes', 'default', [{ name: 'https', port: 443 }]),
      ],
    );
    expect(found).toMatchObject({
      FORWARD: '$(LATER)',
      SECOND: 'late g 5432',
      'with-dash': 'd',
      DB_PW: 'p4ss',
      LABEL: 'web',
      LABELS: 'a.b/c="1"\napp="web"',
      CPU: '2',
      PW: 'p4ss',
      MY_DB_SERVICE_PORT_SQL: '5432',
      MY_DB_PORT_5432_TCP_ADDR: '10.96.0.9',
      KUBERNETES_SERVICE_PORT_HTTPS: '443',
    });
    expect(Object.keys(found)).not.toContain('GONE');
    expect(Object.keys(found)).not.toContain('OTHER_SERVICE_HOST');
  });

  const refused: readonly (readonly [Partial<Container>, string])[] = [
    [{ envFrom: [{ configMapRef: { name: 'none' } }] }, 'configmap "none" not found'],
    [{ envFrom: [{ secretRef: { name: 'none' } }] }, 'secret "none" not found'],
    [
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cm', key: 'no' } } }] },
      "couldn't find key no in ConfigMap demo/cm",
    ],
    [
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'no' } } }] },
      "couldn't find key no in Secret demo/s",
    ],
  ];
  for (const [container, why] of refused) {
    test(`KUB-12 ${why}`, () => expect(env(container)).rejects.toThrow(why));
  }
});

test('KUB-13 /etc/hosts names the Pod, its domain and its aliases', () => {
  const named = pod({
    hostname: 'box',
    subdomain: 'web',
    hostAliases: [{ ip: '10.1.2.3', hostnames: ['db', 'db.local'] }],
  });
  expect(hostsFile(named, ['10.244.1.2'], '')).toMatch(
    /^# Kubernetes-managed hosts file.\n(.*\n)*10.244.1.2\tbox.web.demo.svc.cluster.local\tbox\n\n# Entries added by HostAliases.\n10.1.2.3\tdb\tdb.local\n$/,
  );
});

test('KUB-13 resolv.conf follows the dnsPolicy', () => {
  const options = { clusterDNS: '10.96.0.10', nodeDNS: '172.18.0.1' };
  expect(podDns(pod(), options)).toEqual({
    nameservers: ['10.96.0.10'],
    searches: ['demo.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    options: ['ndots:5'],
  });
  const dnsConfig = { nameservers: ['1.1.1.1'], searches: ['my.corp'], options: [{ name: 'ndots', value: '2' }] };
  expect(podDns(pod({ dnsPolicy: 'None', dnsConfig }), options)).toEqual({
    nameservers: ['1.1.1.1'],
    searches: ['my.corp'],
    options: ['ndots:2'],
  });
  expect(podDns(pod({ hostNetwork: true }), options).nameservers).toEqual(['172.18.0.1']);
});

test('KUB-13 what of resolv.conf is too much is left out, and told', () => {
  const options = { clusterDNS: '10.96.0.10', nodeDNS: '172.18.0.1' };
  expect(dnsWarnings(pod(), options)).toEqual([]);
  const many = pod({ dnsConfig: { nameservers: ['1.1.1.1', '2.2.2.2', '3.3.3.3'] } });
  expect(podDns(many, options).nameservers).toEqual(['10.96.0.10', '1.1.1.1', '2.2.2.2']);
  expect(dnsWarnings(many, options)).toEqual([
    'Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.96.0.10 1.1.1.1 2.2.2.2',
  ]);
  const searches = Array.from({ length: 12 }, (_, i) => `${i}${'x'.repeat(200)}`);
  const long = pod({ dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'], searches } });
  const kept = podDns(long, options).searches;
  expect(kept).toEqual(searches.slice(0, 10));
  expect(dnsWarnings(long, options)).toEqual([
    `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${kept.join(' ')}`,
  ]);
});
