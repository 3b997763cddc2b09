import {
  ApiException,
  ApiextensionsV1Api,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningServer, startServer } from './replay/server.ts';

const NAMESPACE = 'default';
const map = (name: string, data: Record<string, string>): V1ConfigMap => ({ metadata: { name }, data });

/** What `@kubernetes/client-node` makes of us over HTTPS, as people use it. */
describe('@kubernetes/client-node against serve', () => {
  let server: RunningServer;
  let config: KubeConfig;
  let core: CoreV1Api;
  beforeAll(async () => {
    server = await startServer();
    config = new KubeConfig();
    config.loadFromFile(server.kubeconfig);
    core = config.makeApiClient(CoreV1Api);
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  test('creates, reads, lists, replaces and deletes', async () => {
    const made = await core.createNamespacedConfigMap({ namespace: NAMESPACE, body: map('crud', { a: '1' }) });
    expect(made.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect((await core.readNamespacedConfigMap({ namespace: NAMESPACE, name: 'crud' })).data).toEqual({ a: '1' });
    await core.replaceNamespacedConfigMap({ namespace: NAMESPACE, name: 'crud', body: { ...made, data: { a: '2' } } });
    const { items } = await core.listNamespacedConfigMap({ namespace: NAMESPACE, fieldSelector: 'metadata.name=crud' });
    expect(items.map((i) => i.data)).toEqual([{ a: '2' }]);
    await core.deleteNamespacedConfigMap({ namespace: NAMESPACE, name: 'crud' });
    const gone = await core.readNamespacedConfigMap({ namespace: NAMESPACE, name: 'crud' }).catch((e: unknown) => e);
    expect(gone).toBeInstanceOf(ApiException);
    expect(gone).toMatchObject({ code: 404 });
  });

  test('is refused when it writes over what it has not seen', async () => {
    const made = await core.createNamespacedConfigMap({ namespace: NAMESPACE, body: map('lock', { a: '1' }) });
    await core.replaceNamespacedConfigMap({ namespace: NAMESPACE, name: 'lock', body: { ...made, data: { a: '2' } } });
    const late = core.replaceNamespacedConfigMap({
      namespace: NAMESPACE,
      name: 'lock',
      body: { ...made, data: { a: '3' } },
    });
    await expect(late).rejects.toMatchObject({ code: 409 });
    expect((await core.readNamespacedConfigMap({ namespace: NAMESPACE, name: 'lock' })).data).toEqual({ a: '2' });
  });

  test('patches: merge, strategic, JSON, and server-side apply', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const container = { name: 'web', image: 'nginx:1' };
    await apps.createNamespacedDeployment({
      namespace: NAMESPACE,
      body: {
        metadata: { name: 'web' },
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
        },
      },
    });
    const patch = (body: unknown, type: (typeof PatchStrategy)[keyof typeof PatchStrategy]) =>
      apps.patchNamespacedDeployment(
        { namespace: NAMESPACE, name: 'web', body },
        setHeaderOptions('Content-Type', type),
      );
    const side = { spec: { template: { spec: { containers: [{ name: 'side', image: 'busybox' }] } } } };
    const merged = await patch(side, PatchStrategy.StrategicMergePatch);
    expect(merged.spec?.template.spec?.containers.map((c) => c.name)).toEqual(['side', 'web']);
    const relabelled = await patch({ metadata: { labels: { a: 'b' } } }, PatchStrategy.MergePatch);
    expect(relabelled.metadata?.labels).toEqual({ a: 'b' });
    const absent = patch([{ op: 'remove', path: '/spec/nope' }], PatchStrategy.JsonPatch);
    await expect(absent).rejects.toMatchObject({ code: 422 });
    const added = await patch([{ op: 'add', path: '/spec/minReadySeconds', value: 7 }], PatchStrategy.JsonPatch);
    expect(added.spec?.minReadySeconds).toBe(7);

    const applied = await core.patchNamespacedConfigMap(
      {
        namespace: NAMESPACE,
        name: 'applied',
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data: { a: '1' } },
        fieldManager: 'tester',
        force: true,
      },
      setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
    );
    expect(applied.metadata?.managedFields?.map((m) => [m.manager, m.operation])).toEqual([['tester', 'Apply']]);
  });

  test('watches', async () => {
    const { metadata } = await core.listNamespacedConfigMap({ namespace: NAMESPACE });
    const seen: string[] = [];
    const done = new Promise<void>((resolve, reject) => {
      void new Watch(config).watch(
        `/api/v1/namespaces/${NAMESPACE}/configmaps`,
        { resourceVersion: metadata?.resourceVersion },
        (type, object: V1ConfigMap) => {
          if (object.metadata?.name === 'watched') seen.push(type);
          if (seen.length === 3) resolve();
        },
        (error) => (seen.length === 3 ? resolve() : reject(error)),
      );
    });
    await core.createNamespacedConfigMap({ namespace: NAMESPACE, body: map('watched', { a: '1' }) });
    await core.patchNamespacedConfigMap(
      { namespace: NAMESPACE, name: 'watched', body: { data: { a: '2' } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    await core.deleteNamespacedConfigMap({ namespace: NAMESPACE, name: 'watched' });
    await done;
    expect(seen).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  });

  test('runs an operator outside: an informer of a custom resource, which it answers', async () => {
    interface Greeting extends KubernetesObject {
      readonly spec: { readonly to: string };
      readonly status?: { readonly text: string };
    }
    const [group, version, plural] = ['demo.tabernetes.dev', 'v1', 'greetings'];
    const where = { group, version, plural, namespace: NAMESPACE };
    // This client calls the extension so.
    const anything = { type: 'object', x_kubernetes_preserve_unknown_fields: true };
    await config.makeApiClient(ApiextensionsV1Api).createCustomResourceDefinition({
      body: {
        metadata: { name: `${plural}.${group}` },
        spec: {
          group,
          scope: 'Namespaced',
          names: { plural, singular: 'greeting', kind: 'Greeting' },
          versions: [
            {
              name: version,
              served: true,
              storage: true,
              schema: { openAPIV3Schema: anything },
              subresources: { status: {} },
            },
          ],
        },
      },
    });
    const custom = config.makeApiClient(CustomObjectsApi);
    const informer = makeInformer<Greeting>(
      config,
      `/apis/${group}/${version}/namespaces/${NAMESPACE}/${plural}`,
      () => custom.listNamespacedCustomObject(where) as Promise<KubernetesListObject<Greeting>>,
    );
    const answered = new Promise<Greeting>((resolve, reject) => {
      const reconcile = async (object: Greeting): Promise<void> => {
        if (object.status !== undefined) return resolve(object);
        const body = { ...object, status: { text: `hello, ${object.spec.to}` } };
        await custom.replaceNamespacedCustomObjectStatus({ ...where, name: object.metadata?.name ?? '', body });
      };
      informer.on('add', (object) => void reconcile(object).catch(reject));
      informer.on('update', (object) => void reconcile(object).catch(reject));
      informer.on('error', reject);
    });
    await informer.start();
    await custom.createNamespacedCustomObject({
      ...where,
      body: { apiVersion: `${group}/${version}`, kind: 'Greeting', metadata: { name: 'ada' }, spec: { to: 'Ada' } },
    });
    expect((await answered).status).toEqual({ text: 'hello, Ada' });
    await informer.stop();
  });

  test('follows a kind with its informer', async () => {
    const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${NAMESPACE}/configmaps`, () =>
      core.listNamespacedConfigMap({ namespace: NAMESPACE }),
    );
    const names: (string | undefined)[] = [];
    const added = new Promise<void>((resolve) => {
      informer.on('add', (object) => {
        names.push(object.metadata?.name);
        if (object.metadata?.name === 'informed') resolve();
      });
    });
    await informer.start();
    await core.createNamespacedConfigMap({ namespace: NAMESPACE, body: map('informed', {}) });
    await added;
    expect(names).toContain('informed');
    await informer.stop();
  });
});
