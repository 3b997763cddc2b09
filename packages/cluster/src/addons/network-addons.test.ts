import { kinds } from '@tabernetes/api';
import type { Pod, Secret, Service } from '@tabernetes/api/types/core-v1';
import type { Ingress } from '@tabernetes/api/types/networking-v1';
import { encodeBase64 } from '@tabernetes/apimachinery';
import { afterEach, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';
import { NetworkedRuntime } from '../testing/networked-runtime.ts';
import type { AddonName } from './addons.ts';

let cluster: Cluster;
const errors: unknown[] = [];
afterEach(async () => {
  await cluster.stop();
  expect(errors.splice(0)).toEqual([]);
});

async function start(addons: readonly AddonName[]): Promise<void> {
  cluster = await createCluster({
    nodes: 2,
    clock: 'virtual',
    kubelet: 'simulated',
    addons,
    containerRuntime: (request) =>
      new NetworkedRuntime(request, {
        handler:
          ({ name }) =>
          ({ url, headers }) => ({ body: `${name} ${url} ${headers['x-forwarded-proto'] ?? ''}` }),
      }),
    onError: (error) => void errors.push(error),
  });
}

test('ADD-7 `dns`: CoreDNS runs behind kube-dns, and is who Pods ask', async () => {
  await start(['dns']);
  await cluster.clock.advance(15_000);
  const deployment = await cluster.client.resource(kinds.deployment).get('coredns', 'kube-system');
  expect(deployment.status?.availableReplicas).toBe(2);
  const service = await cluster.client.resource(kinds.service).get('kube-dns', 'kube-system');
  expect(service.spec?.clusterIP).toBe('10.96.0.10');
});

test('ADD-7 `dns` is found again in a cluster that is restored', async () => {
  await start(['dns']);
  await cluster.clock.advance(15_000);
  const restore = await cluster.snapshot();
  await cluster.stop();
  cluster = await createCluster({ nodes: 2, clock: 'virtual', kubelet: 'simulated', addons: ['dns'], restore });
  const service = await cluster.client.resource(kinds.service).get('kube-dns', 'kube-system');
  expect(service.spec?.clusterIP).toBe('10.96.0.10');
});

test('ADD-8 `ingress`: Ingresses of the default class get an address and lead to Pods, by TLS too', async () => {
  await start(['ingress']);
  const metadata = (name: string) => ({ name, namespace: 'default' });
  const { client } = cluster;
  const container = { name: 'app', image: 'web:1', ports: [{ containerPort: 8080 }] };
  await client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata('web'), labels: { app: 'web' } },
    spec: { containers: [container] },
  } satisfies Pod);
  for (const [name, app] of [
    ['web', 'web'],
    ['empty', 'nobody'],
  ] as const) {
    await client.resource(kinds.service).create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(name),
      spec: { selector: { app }, ports: [{ port: 80, targetPort: 8080 }] },
    } satisfies Service);
  }
  const pem = encodeBase64(new TextEncoder().encode(cluster.clientCA));
  await client.resource(kinds.secret).create({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: metadata('cert'),
    data: { 'tls.crt': pem, 'tls.key': pem },
  } satisfies Secret);
  const path = (service: string, at: string) => ({
    path: at,
    pathType: 'Prefix',
    backend: { service: { name: service, port: { number: 80 } } },
  });
  await client.resource(kinds.ingress).create({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metadata('web'),
    spec: {
      tls: [{ hosts: ['kubernetes'], secretName: 'cert' }],
      rules: ['web.example', 'kubernetes'].map((host) => ({
        host,
        http: { paths: [path('web', '/'), path('empty', '/empty')] },
      })),
    },
  } as Ingress);
  await cluster.idle();
  const { status, spec } = await client.resource(kinds.ingress).get('web', 'default');
  const ip = status?.loadBalancer?.ingress?.[0]?.ip ?? '';
  expect([ip, spec?.ingressClassName]).toEqual(['172.18.254.1', 'nginx']);
  const net = cluster.network?.outside({ ip: '192.0.2.1' });
  const ask = async (url: string, port = 80, options = {}): Promise<string> => {
    const answer = await net?.fetch(url, { connectTo: { ip, port }, ...options });
    return `${answer?.status} ${((await answer?.text()) ?? '').slice(0, 24).trim()}`;
  };
  expect({
    host: await ask('http://web.example/x?y=1'),
    empty: await ask('http://web.example/empty'),
    unknown: await ask('http://unknown.example/'),
    redirect: await ask('http://kubernetes/x'),
    tls: await ask('https://kubernetes/x', 443, { caPem: cluster.clientCA }),
  }).toEqual({
    host: '200 web /x?y=1 http',
    empty: '503 <html>\r\n<head><title>503',
    unknown: '404 <html>\r\n<head><title>404',
    redirect: '308 <html>\r\n<head><title>308',
    tls: '200 web /x https',
  });
  await expect(net?.fetch('https://web.example/', { connectTo: { ip, port: 443 } })).rejects.toMatchObject({
    code: 'ECERT',
  });
});
