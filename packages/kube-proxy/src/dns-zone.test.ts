import { kinds } from '@tabernetes/api';
import type { Service } from '@tabernetes/api/types/core-v1';
import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { Indexer, type Informer } from '@tabernetes/client';
import type { DnsRecord } from '@tabernetes/node-api';
import { describe, expect, test } from 'vitest';
import { clusterZone } from './dns-zone.ts';

/** What an informer has seen, without a server. */
function seen<T extends KubeObject>(objects: readonly T[]): Informer<T> {
  const lister = new Indexer<T>();
  for (const object of objects) lister.set(object);
  return {
    lister,
    addIndex: (name, values) => lister.addIndex(name, values),
    addHandler: () => ({ dispose: () => undefined }),
    start: () => Promise.resolve(),
    synced: true,
    waitFor: () => Promise.resolve(),
    dispose: () => undefined,
  };
}
const service = (name: string, spec: Partial<Service['spec']>): Service =>
  ({ apiVersion: 'v1', kind: kinds.service.kind, metadata: { name, namespace: 'shop' }, spec }) as Service;
const slice = (name: string, endpoints: EndpointSlice['endpoints']): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: `${name}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints,
  ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
});

const zone = clusterZone({
  services: seen([
    service('web', {
      clusterIP: '10.96.1.1',
      clusterIPs: ['10.96.1.1'],
      ports: [{ name: 'http', port: 80 }, { port: 81 } as never],
    }),
    service('db', { clusterIP: 'None', clusterIPs: ['None'], ports: [{ name: 'sql', port: 5432 }] }),
    service('none', { clusterIP: 'None', clusterIPs: ['None'] }),
    service('ext', { type: 'ExternalName', externalName: 'db.example.' }),
  ]),
  endpointSlices: seen([
    slice('db', [
      { addresses: ['10.244.1.2'], hostname: 'db-0', conditions: { ready: true } },
      { addresses: ['10.244.2.2'], conditions: { ready: true } },
      { addresses: ['10.244.3.2'], hostname: 'db-2', conditions: { ready: false } },
    ]),
    slice('web', [{ addresses: ['10.244.5.5'] }]),
  ]),
});

const short = (records: readonly DnsRecord[] | undefined): readonly string[] | undefined =>
  records?.map((record) => {
    if (record.type === 'A') return record.address;
    if (record.type === 'SRV') return `${record.priority} ${record.weight} ${record.port} ${record.target}`;
    return `${record.type} ${record.target}`;
  });

describe('names of a cluster', () => {
  const web = 'web.shop.svc.cluster.local';
  const db = 'db.shop.svc.cluster.local';
  const cases: readonly (readonly [name: string, want: readonly string[] | undefined])[] = [
    [web, ['10.96.1.1', `0 100 80 ${web}`]],
    [`_http._tcp.${web}`, [`0 100 80 ${web}`]],
    [`_http._udp.${web}`, undefined],
    [`_nosuch._tcp.${web}`, undefined],
    [`x.${web}`, undefined],
    [db, ['10.244.1.2', '10.244.2.2', `0 50 5432 db-0.${db}`, `0 50 5432 10-244-2-2.${db}`]],
    [`_sql._tcp.${db}`, [`0 50 5432 db-0.${db}`, `0 50 5432 10-244-2-2.${db}`]],
    [`db-0.${db}`, ['10.244.1.2']],
    [`10-244-2-2.${db}`, ['10.244.2.2']],
    [`db-2.${db}`, undefined],
    ['none.shop.svc.cluster.local', undefined],
    ['ext.shop.svc.cluster.local', ['CNAME db.example']],
    ['nosuch.shop.svc.cluster.local', undefined],
    ['shop.svc.cluster.local', []],
    ['nosuch.svc.cluster.local', undefined],
    ['10-244-1-5.shop.pod.cluster.local', ['10.244.1.5']],
    ['web.shop.pod.cluster.local', undefined],
    ['1.1.96.10.in-addr.arpa', [`PTR ${web}`]],
    ['2.1.244.10.in-addr.arpa', [`PTR db-0.${db}`]],
    ['5.5.244.10.in-addr.arpa', undefined],
    ['example.com', undefined],
  ];
  for (const [name, want] of cases) test(`KPX-3 ${name}`, () => expect(short(zone.lookup(name))).toEqual(want));
});
