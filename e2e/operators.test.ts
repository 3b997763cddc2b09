import { type Cluster, createCluster } from '@tabernetes/cluster';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, ask } from './ask.ts';
import { DEFINITION, OPERATOR, WEBHOOKS, website } from './operators/website.ts';

/* Operators run: as an image with webhooks and an API of its own, and as a shell script in a ConfigMap. */

let cluster: Cluster;
let errors: unknown[];
beforeEach(async () => {
  errors = [];
  cluster = await createCluster({
    nodes: 1,
    clock: 'virtual',
    kubelet: 'simulated',
    onError: (error) => void errors.push(error),
  });
});
afterEach(async () => {
  await cluster.stop();
  expect(errors).toEqual([]);
});

interface Shape {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [member: string]: unknown;
}

const PLURALS: Readonly<Record<string, string>> = {
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
};

async function create(object: Shape): Promise<Answer> {
  const { apiVersion, kind, metadata } = object;
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const place = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  return ask(cluster, 'POST', `${root}${place}/${PLURALS[kind] ?? `${kind.toLowerCase()}s`}`, object);
}

async function createAll(objects: readonly Shape[]): Promise<void> {
  for (const object of objects) expect((await create(object)).object.message).toBeUndefined();
}

const get = async (path: string): Promise<Record<string, never>> =>
  (await ask(cluster, 'GET', path)).object as Record<string, never>;

const logs = async (selector: string): Promise<string> => {
  const { items } = (await get(`/api/v1/namespaces/default/pods?labelSelector=${selector}`)) as unknown as {
    items: { metadata: { name: string } }[];
  };
  const path = `/api/v1/namespaces/default/pods/${items[0]?.metadata.name}/log`;
  return (await cluster.fetch(new Request(`https://cluster${path}`))).text();
};

describe('an operator as an image', () => {
  const SITES = '/apis/demo.tabernetes.dev/v2/namespaces/default/websites';

  beforeEach(async () => {
    await createAll([DEFINITION, ...OPERATOR]);
    await cluster.clock.advance('10s');
    await createAll(WEBHOOKS);
    await cluster.clock.advance('5s');
  });

  test('makes what its objects ask for, tells how that goes, and follows what changes', async () => {
    await createAll([website('v2', 'hello', { page: { greeting: 'hello' }, replicas: 2 })]);
    await cluster.clock.advance('10s');
    const site = await get(`${SITES}/hello`);
    expect(site['status']).toEqual({ readyReplicas: 2, observedGeneration: 1 });
    const page = () =>
      cluster
        .fetch(new Request('https://cluster/api/v1/namespaces/default/services/hello/proxy/'))
        .then((answer) => answer.text());
    expect(await page()).toBe('hello\n');

    const patch = { spec: { page: { greeting: 'good morning' }, replicas: 1 } };
    await ask(cluster, 'PATCH', `${SITES}/hello`, patch, 'application/merge-patch+json');
    await cluster.clock.advance('1m');
    expect((await get(`${SITES}/hello`))['status']).toEqual({ readyReplicas: 1, observedGeneration: 2 });
    expect(await page()).toBe('good morning\n');

    await ask(cluster, 'DELETE', `${SITES}/hello`);
    await cluster.clock.advance('1m');
    expect((await get('/apis/apps/v1/namespaces/default/deployments/hello'))['code']).toBe(404);
    expect((await get('/api/v1/namespaces/default/services/hello'))['code']).toBe(404);
  });

  test('refuses, changes and converts by its webhooks, whichever version is spoken', async () => {
    const refused = await create(website('v2', 'empty', { page: {} }));
    expect([refused.code, refused.object.message]).toEqual([
      422,
      'admission webhook "validate.demo.tabernetes.dev" denied the request: a website needs a greeting',
    ]);
    const made = await create(website('v1', 'old', { greeting: 'good day' }));
    expect(made.object).toMatchObject({
      apiVersion: 'demo.tabernetes.dev/v1',
      metadata: { labels: { 'demo.tabernetes.dev/reviewed': 'true' } },
      spec: { greeting: 'good day', replicas: 1 },
    });
    expect((await get(`${SITES}/old`))['spec']).toEqual({ page: { greeting: 'good day' }, replicas: 1 });
    const list = await get(SITES.replace('v2', 'v1'));
    expect(list['items']).toMatchObject([{ spec: { greeting: 'good day' } }]);
    expect(await logs('app=website-operator')).toContain('website-operator: convert\n');
  });

  test('serves an API of its own behind the API server', async () => {
    await create(website('v2', 'hello', { page: { greeting: 'hello' } }));
    const reviews = await get('/apis/stats.demo.tabernetes.dev/v1/reviews');
    expect(reviews['items']).toContainEqual({ metadata: { name: 'validate' }, count: 1 });
  });

  test("is missed when it is gone: what needs it is refused, in upstream's words", async () => {
    await create(website('v2', 'hello', { page: { greeting: 'hello' } }));
    await ask(cluster, 'DELETE', '/apis/apps/v1/namespaces/default/deployments/website-operator');
    await cluster.clock.advance('1m');
    const refused = await create(website('v2', 'late', { page: { greeting: 'late' } }));
    expect(refused.code).toBe(500);
    expect(refused.object.message).toContain(
      'failed calling webhook "mutate.demo.tabernetes.dev": failed to call webhook: Post "https://website-operator.default.svc:443/mutate?timeout=10s": ',
    );
    const old = await get(SITES.replace('v2', 'v1'));
    expect(old['message']).toContain(
      'conversion webhook for demo.tabernetes.dev/v2, Kind=Website failed: Post "https://website-operator.default.svc:443/convert?timeout=30s": ',
    );
    expect((await get(`${SITES}/hello`))['kind']).toBe('Website');
  });
});

describe('an operator as a shell script in a ConfigMap', () => {
  const GROUP = 'demo.tabernetes.dev';
  /** Deletes the Pods that a ConfigWatcher names whenever its ConfigMap changes. */
  const SCRIPT = `
cd /var/run/secrets/kubernetes.io/serviceaccount
api() { curl -s --cacert ca.crt -H "Authorization: Bearer $(cat token)" "$@"; }
base=https://kubernetes.default.svc
echo watching
api -N "$base/api/v1/namespaces/default/configmaps?watch=true" | while read -r event; do
  type=$(echo "$event" | jq -r .type)
  name=$(echo "$event" | jq -r .object.metadata.name)
  [ "$type" = MODIFIED ] || continue
  echo "changed: $name"
  selector=$(api "$base/apis/${GROUP}/v1/namespaces/default/configwatchers" |
    jq -r --arg name "$name" '.items[] | select(.spec.configMap == $name) | .spec.podSelector | to_entries[] | .key + "=" + .value')
  [ -n "$selector" ] || continue
  pods=$(api "$base/api/v1/namespaces/default/pods?labelSelector=$selector" | jq -r '.items[].metadata.name')
  for pod in $pods; do
    echo "deleting $pod"
    api -X DELETE "$base/api/v1/namespaces/default/pods/$pod" > /dev/null
  done
done
`;

  test('deletes the Pods whose configuration has changed', async () => {
    const meta = (name: string) => ({ name, namespace: 'default' });
    const web = { app: 'web' };
    const watching = { ...meta('watcher'), labels: { app: 'config-watcher' } };
    await createAll([
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `configwatchers.${GROUP}` },
        spec: {
          group: GROUP,
          scope: 'Namespaced',
          names: { plural: 'configwatchers', singular: 'configwatcher', kind: 'ConfigWatcher' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            },
          ],
        },
      },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('config-watcher') },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'config-watcher' },
        rules: [
          { apiGroups: [GROUP], resources: ['configwatchers'], verbs: ['list'] },
          { apiGroups: [''], resources: ['configmaps'], verbs: ['watch'] },
          { apiGroups: [''], resources: ['pods'], verbs: ['list', 'delete'] },
        ],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: meta('config-watcher'),
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'config-watcher' },
        subjects: [{ kind: 'ServiceAccount', name: 'config-watcher' }],
      },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('script'), data: { 'watch.sh': SCRIPT } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('web'), data: { greeting: 'hello' } },
    ]);
    await cluster.clock.advance('1s');
    await createAll([
      {
        apiVersion: `${GROUP}/v1`,
        kind: 'ConfigWatcher',
        metadata: meta('web'),
        spec: { configMap: 'web', podSelector: web },
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: watching,
        spec: {
          serviceAccountName: 'config-watcher',
          containers: [
            {
              name: 'watcher',
              image: 'k8spatterns/curl-jq',
              command: ['sh', '/watcher/watch.sh'],
              volumeMounts: [{ name: 'script', mountPath: '/watcher' }],
            },
          ],
          volumes: [{ name: 'script', configMap: { name: 'script' } }],
        },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: meta('web'),
        spec: {
          replicas: 2,
          selector: { matchLabels: web },
          template: { metadata: { labels: web }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } },
        },
      },
    ]);
    await cluster.clock.advance('10s');
    const names = async (): Promise<readonly string[]> => {
      const { items } = (await get('/api/v1/namespaces/default/pods?labelSelector=app%3Dweb')) as unknown as {
        items: { metadata: { name: string; deletionTimestamp?: string } }[];
      };
      return items.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name);
    };
    const before = await names();
    expect(before).toHaveLength(2);
    const path = '/api/v1/namespaces/default/configmaps/web';
    await ask(cluster, 'PATCH', path, { data: { greeting: 'bye' } }, 'application/merge-patch+json');
    await cluster.clock.advance('1m');
    expect(await logs('app=config-watcher')).toContain('changed: web\n');
    const after = await names();
    expect(after).toHaveLength(2);
    expect(after.filter((name) => before.includes(name))).toEqual([]);
  });
});
