import { kinds } from '@tabernetes/api';
import type { Deployment, StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { Pod, Service } from '@tabernetes/api/types/core-v1';
import { encodeBase64 } from '@tabernetes/apimachinery';
import type { Net } from '@tabernetes/node-api';
import { afterEach, describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { ClusterOptions } from '../options.ts';
import type { Cluster } from '../running-cluster.ts';
import { NetworkedRuntime, type NetworkedRuntimeOptions } from '../testing/networked-runtime.ts';

let cluster: Cluster;
let errors: unknown[];
let runtimes: NetworkedRuntime[];
afterEach(async () => {
  await cluster.stop();
  expect(errors).toEqual([]);
});

async function start(options: Partial<NetworkedRuntimeOptions> = {}, extra: ClusterOptions = {}): Promise<void> {
  errors = [];
  runtimes = [];
  cluster = await createCluster({
    nodes: 2,
    clock: 'virtual',
    kubelet: 'simulated',
    containerRuntime(request) {
      const runtime = new NetworkedRuntime(request, {
        handler:
          ({ name }) =>
          ({ url }) => ({ body: `${name} ${url}` }),
        ...options,
      });
      runtimes.push(runtime);
      return runtime;
    },
    onError: (error) => void errors.push(error),
    ...extra,
  });
}

const metadata = (name: string, labels?: Record<string, string>) => ({
  name,
  namespace: 'default',
  ...(labels && { labels }),
});
const podSpec = (extra = {}) => ({
  containers: [{ name: 'app', image: 'web:1', ports: [{ name: 'http', containerPort: 8080 }], ...extra }],
});
const podOf = (name: string, labels: Record<string, string> = {}, extra = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadata(name, labels),
  spec: podSpec(extra),
});
const serviceOf = (name: string, spec: object): Service =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: metadata(name), spec }) as Service;
const create = async (...objects: readonly { kind: string }[]): Promise<void> => {
  for (const object of objects) {
    const kind = Object.values(kinds).find((each) => each.kind === object.kind);
    if (kind === undefined) throw new Error(object.kind);
    await cluster.client.resource(kind).create(object as never);
  }
  await cluster.idle();
};
const net = (pod: string): Net => {
  for (const { endpoints } of runtimes) {
    const found = endpoints.get(`default/${pod}`);
    if (found) return found.net;
  }
  throw new Error(`no Pod ${pod}`);
};
async function ask(pod: string, url: string, options = {}): Promise<string> {
  const asked = net(pod)
    .fetch(url, { timeoutMs: 2000, ...options })
    .then(
      (answer) => answer.text(),
      (error) => error.code as string,
    );
  let done = false;
  void asked.then(() => {
    done = true;
  });
  for (let i = 0; i < 130 && !done; i++) await cluster.clock.advance(100);
  return asked;
}

describe('Services', () => {
  test('CLU-40 every kind of Service leads where it should', async () => {
    await start({}, { addons: ['load-balancer'] });
    const selector = { app: 'web' };
    const ports = [{ name: 'www', port: 80, targetPort: 'http' }];
    await create(
      podOf('web', selector),
      podOf('client'),
      serviceOf('cluster', { selector, ports }),
      serviceOf('node', { type: 'NodePort', selector, ports: [{ ...ports[0], nodePort: 30080 }] }),
      serviceOf('balanced', { type: 'LoadBalancer', selector, ports }),
      serviceOf('headless', { clusterIP: 'None', selector, ports }),
      serviceOf('empty', { selector: { app: 'nobody' }, ports }),
      serviceOf('alias', { type: 'ExternalName', externalName: 'cluster.default.svc.cluster.local' }),
      serviceOf('outer', { type: 'ExternalName', externalName: 'db.example' }),
      serviceOf('manual', { ports: [{ port: 5432 }] }),
    );
    const machine = cluster.network?.outside({ ip: '192.0.2.10', names: ['db.example'] });
    machine?.serve(80, () => ({ body: 'db' }));
    machine?.serve(5432, () => ({ body: 'manual' }));
    await create({
      kind: 'Endpoints',
      apiVersion: 'v1',
      metadata: metadata('manual'),
      subsets: [{ addresses: [{ ip: '192.0.2.10' }], ports: [{ port: 5432 }] }],
    } as never);
    const balanced = await cluster.client.resource(kinds.service).get('balanced', 'default');
    const address = balanced.status?.loadBalancer?.ingress?.[0]?.ip;
    expect({
      cluster: await ask('client', 'http://cluster/x'),
      long: await ask('client', 'http://cluster.default.svc.cluster.local/x'),
      itself: await ask('web', 'http://cluster/x'),
      node: await ask('client', 'http://172.18.0.3:30080/x'),
      balanced: await ask('client', `http://${address}/x`),
      headless: await ask('client', 'http://headless:8080/x'),
      empty: await ask('client', 'http://empty/x'),
      alias: await ask('client', 'http://alias/x'),
      outer: await ask('client', 'http://outer/'),
      manual: await ask('client', 'http://manual:5432/'),
      nobody: await ask('client', 'http://nosuch/'),
    }).toEqual({
      cluster: 'web /x',
      long: 'web /x',
      itself: 'web /x',
      node: 'web /x',
      balanced: 'web /x',
      headless: 'web /x',
      empty: 'ECONNREFUSED',
      alias: 'web /x',
      outer: 'db',
      manual: 'manual',
      nobody: 'ENOTFOUND',
    });
    await cluster.client.resource(kinds.service).delete('cluster', 'default');
    await cluster.idle();
    expect(await ask('client', 'http://cluster/x')).toBe('ENOTFOUND');
  });

  test('CLU-41 no request fails while a Deployment is rolled under load', async () => {
    await start({ behave: () => ({ termMs: 6000 }) });
    const template = (image: string) => ({
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          {
            name: 'app',
            image,
            ports: [{ containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
          },
        ],
      },
    });
    await create(
      podOf('client'),
      serviceOf('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] }),
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: metadata('web'),
        spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template('web:1') },
      } as Deployment,
    );
    await cluster.clock.advance(3000);
    const before = (await cluster.client.resource(kinds.pod).list({ labelSelector: 'app=web' })).items;
    await cluster.client
      .resource(kinds.deployment)
      .patch('web', 'default', 'merge', { spec: { template: template('web:2') } });
    const seen = new Map<string, number>();
    for (let i = 0; i < 300; i++) {
      const text = await net('client')
        .fetch('http://web/')
        .then(
          (answer) => answer.text(),
          (error) => error.code as string,
        );
      seen.set(text, (seen.get(text) ?? 0) + 1);
      await cluster.clock.advance(100);
    }
    const after = (await cluster.client.resource(kinds.pod).list({ labelSelector: 'app=web' })).items;
    expect(after.map(({ spec }) => spec?.containers[0]?.image)).toEqual(['web:2', 'web:2', 'web:2']);
    expect([...seen.keys()].filter((text) => !text.startsWith('web-'))).toEqual([]);
    for (const { metadata: old } of before) expect(after.map(({ metadata: { uid } }) => uid)).not.toContain(old.uid);
  });

  test('CLU-42 peers of a StatefulSet find each other by SRV', async () => {
    await start();
    await create(
      serviceOf('db', { clusterIP: 'None', selector: { app: 'db' }, ports: [{ name: 'peer', port: 8080 }] }),
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: metadata('db'),
        spec: {
          serviceName: 'db',
          replicas: 3,
          selector: { matchLabels: { app: 'db' } },
          template: { metadata: { labels: { app: 'db' } }, spec: podSpec() },
        },
      } as StatefulSet,
    );
    const records = await net('db-0').query('_peer._tcp.db.default.svc.cluster.local', 'SRV');
    const targets = records.flatMap((record) => (record.type === 'SRV' ? [`${record.target}:${record.port}`] : []));
    expect(targets.sort()).toEqual([0, 1, 2].map((n) => `db-${n}.db.default.svc.cluster.local:8080`));
    expect(await ask('db-0', 'http://db-2.db:8080/hello')).toBe('db-2 /hello');
    const [ip = ''] = await net('db-0').resolve('db-1.db');
    const reverse = `${ip.split('.').reverse().join('.')}.in-addr.arpa`;
    expect(await net('db-0').query(reverse, 'PTR')).toMatchObject([{ target: 'db-1.db.default.svc.cluster.local' }]);
  });
});

describe('the API in the network', () => {
  test('CLU-43 a Pod speaks to kubernetes.default.svc with its token and ca.crt, and watches', async () => {
    await start();
    await create(podOf('client'));
    const { data = {} } = await cluster.client.resource(kinds.configMap).get('kube-root-ca.crt', 'default');
    const caPem = data['ca.crt'] ?? '';
    expect(await ask('client', 'https://kubernetes.default.svc/version', { caPem })).toContain('"gitVersion": "v1.32');
    expect(await ask('client', 'https://kubernetes.default.svc/version')).toBe('ECERT');
    expect(await ask('client', 'https://kubernetes/api/v1/pods', { caPem })).toContain('system:anonymous');
    const issued = await cluster.fetch(
      new Request('https://c/api/v1/namespaces/default/serviceaccounts/default/token', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }),
      }),
    );
    const { token } = ((await issued.json()) as { status: { token: string } }).status;
    const headers = { authorization: `Bearer ${token}` };
    await create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'all' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
    } as never);
    const url = 'https://kubernetes.default.svc/api/v1/namespaces/default/configmaps?watch=true';
    const answer = await net('client').fetch(url, { caPem, headers });
    const events: string[] = [];
    for await (const piece of answer.body) {
      for (const line of new TextDecoder().decode(piece).trim().split('\n')) {
        const { type, object } = JSON.parse(line);
        events.push(`${type} ${object.metadata.name}`);
      }
      if (events.length === 1) {
        await net('client').fetch('https://kubernetes.default.svc/api/v1/namespaces/default/configmaps', {
          method: 'POST',
          caPem,
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({ metadata: { name: 'made' } }),
        });
      } else break;
    }
    expect(events).toEqual(['ADDED kube-root-ca.crt', 'ADDED made']);
  });

  test('CLU-44 webhooks behind Services are asked, and their certificates checked', async () => {
    const review = async (call: { text(): Promise<string> }) => {
      const { request } = JSON.parse(await call.text());
      const response = { uid: request.uid, allowed: false, status: { message: 'not on my watch' } };
      return {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }),
      };
    };
    await start();
    const [hook, other] = ['172.18.3.1', '172.18.3.2'];
    for (const [ip, authority] of [
      [hook, cluster.clientCA],
      [other, 'somebody else'],
    ] as const) {
      cluster.network
        ?.outside({ ip })
        .serve(443, review, { tls: { authorityPem: () => authority, names: ['hook.default.svc'] } });
    }
    const endpoints = (ip: string) => ({
      kind: 'Endpoints',
      apiVersion: 'v1',
      metadata: metadata('hook'),
      subsets: [{ addresses: [{ ip }], ports: [{ port: 443 }] }],
    });
    await create(
      serviceOf('hook', { ports: [{ port: 443 }] }),
      endpoints(hook) as never,
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'hook' },
        webhooks: [
          {
            name: 'hook.example.com',
            clientConfig: {
              service: { name: 'hook', namespace: 'default' },
              caBundle: encodeBase64(new TextEncoder().encode(cluster.clientCA)),
            },
            rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
          },
        ],
      } as never,
    );
    const refusal = (): Promise<string> =>
      cluster.client
        .resource(kinds.configMap)
        .create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('x') })
        .then(
          () => 'made',
          (error: Error) => error.message,
        );
    expect(await refusal()).toBe('admission webhook "hook.example.com" denied the request: not on my watch');
    await cluster.client
      .resource(kinds.endpoints)
      .patch('hook', 'default', 'merge', { subsets: endpoints(other).subsets });
    await cluster.idle();
    expect(await refusal()).toContain(
      'Post "https://hook.default.svc:443/?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    );
  });

  test('CLU-45 the proxies of the API reach Pods and Services', async () => {
    await start();
    await create(
      podOf('web', { app: 'web' }),
      serviceOf('web', { selector: { app: 'web' }, ports: [{ name: 'www', port: 80, targetPort: 8080 }] }),
    );
    const get = async (path: string): Promise<string> =>
      (await cluster.fetch(new Request(`https://c/api/v1/namespaces/default/${path}`))).text();
    expect(await get('pods/web/proxy/a')).toBe('web /a');
    expect(await get('services/web:www/proxy/b?c=d')).toBe('web /b?c=d');
    expect(await get('pods/web:81/proxy/a')).toContain('connection refused');
  });
});
