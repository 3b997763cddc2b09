import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const CM = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

let api: TestApiServer;
beforeEach(async () => {
  api = await testApiServer();
});
afterEach(() => api.dispose());

const unregistered = (kind: string, version: string): string =>
  `no kind "${kind}" is registered for version "${version}" in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"`;

describe('what a body says it is', () => {
  const posted = [
    {
      path: CM,
      apiVersion: 'v1',
      kind: 'Status',
      why: 'converting (v1.Status) to (core.ConfigMap): unknown conversion',
    },
    {
      path: CM,
      apiVersion: 'foo/v1',
      kind: 'Status',
      why: 'converting (v1.Status) to (core.ConfigMap): unknown conversion',
    },
    { path: CM, apiVersion: 'v1', kind: 'List', why: 'converting (v1.List) to (core.ConfigMap): unknown conversion' },
    {
      path: CM,
      apiVersion: 'v1',
      kind: 'PodList',
      why: 'converting (v1.PodList) to (core.ConfigMap): unknown conversion',
    },
    {
      path: CM,
      apiVersion: 'batch/v1',
      kind: 'WatchEvent',
      why: 'converting (v1.WatchEvent) to (core.ConfigMap): unknown conversion',
    },
    { path: CM, apiVersion: 'foo/v1', kind: 'WatchEvent', why: unregistered('WatchEvent', 'foo/v1') },
    { path: CM, apiVersion: 'v1', kind: 'BindingList', why: unregistered('BindingList', 'v1') },
    { path: CM, apiVersion: 'apps/v1', kind: 'List', why: unregistered('List', 'apps/v1') },
    {
      path: CM,
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      why: unregistered('APIService', 'apiregistration.k8s.io/v1'),
    },
    {
      path: DEPLOYMENTS,
      apiVersion: 'extensions/v1beta1',
      kind: 'Ingress',
      why: 'converting (v1beta1.Ingress) to (apps.Deployment): unknown conversion',
    },
    {
      path: DEPLOYMENTS,
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      why: 'converting (v1.Scale) to (apps.Deployment): unknown conversion',
    },
  ];
  for (const { path, apiVersion, kind, why } of posted) {
    test(`API-13 ${apiVersion} ${kind} is no ${path === CM ? 'ConfigMap' : 'Deployment'}`, async () => {
      const { refusal } = await api.send('POST', path, { apiVersion, kind, metadata: { name: 'a' } });
      const expected = path === CM ? 'ConfigMap' : 'Deployment';
      expect(refusal).toMatchObject({
        code: 400,
        message: `${kind} in version "${apiVersion.split('/').at(-1)}" cannot be handled as a ${expected}: ${why}`,
      });
    });
  }

  test('API-13 a version of the kind that is served no more is another version', async () => {
    for (const apiVersion of ['apps/v1beta1', 'extensions/v1beta1']) {
      const { refusal } = await api.send('POST', DEPLOYMENTS, { apiVersion, kind: 'Deployment' });
      expect(refusal.message).toBe(
        `the API version in the data (${apiVersion}) does not match the expected API version (apps/v1)`,
      );
    }
  });

  test('API-17 what is sent with a deletion must be DeleteOptions, of whatever version', async () => {
    const remove = async (body: unknown) => (await api.send('DELETE', `${CM}/a`, body)).refusal;
    for (const apiVersion of ['v1', 'meta.k8s.io/v1', 'apps/v1', 'foo/v1', '']) {
      expect(await remove({ apiVersion, kind: 'DeleteOptions' })).toMatchObject({ code: 404 });
    }
    const scheme = '"pkg/runtime/scheme.go:100"';
    expect(await remove({ apiVersion: 'v1', kind: 'ConfigMap' })).toMatchObject({
      code: 500,
      message: `no kind "ConfigMap" is registered for version "v1" in scheme ${scheme}`,
    });
    expect((await remove({ kind: 'Foo' })).message).toBe(
      `no kind "Foo" is registered for version "meta.k8s.io/v1" in scheme ${scheme}`,
    );
    for (const kind of ['Status', 'CreateOptions']) {
      const { message } = await remove({ apiVersion: 'v1', kind });
      expect(message).toBe(`converting (v1.${kind}) to (v1.DeleteOptions): unknown conversion`);
    }
    expect((await remove({ apiVersion: 'a/b/c', kind: 'DeleteOptions' })).message).toBe(
      'unexpected GroupVersion string: a/b/c',
    );
    expect((await remove({ kind: 5 })).message).toBe(
      "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string",
    );
    expect((await api.send('DELETE', CM, { apiVersion: 'v1', kind: 'Pod' })).status).toBe(500);
  });
});

describe('a group without a version', () => {
  const NOBODY = "Object 'apiVersion' is missing in";

  test('API-13 is nothing that can be read', async () => {
    const body = { apiVersion: 'v1/', kind: 'ConfigMap', metadata: { name: 'a' } };
    const json = JSON.stringify(body);
    await api.send('POST', CM, { metadata: { name: 'a' } });
    const answers = [
      await api.send('POST', CM, body),
      await api.send('PATCH', `${CM}/a`, { apiVersion: 'v1/' }, MERGE),
      await api.send('DELETE', `${CM}/a`, { apiVersion: 'v1/', kind: 'DeleteOptions' }),
    ];
    expect(answers.map(({ refusal: { code, message } }) => [code, message])).toEqual([
      [400, `ConfigMap in version "" cannot be handled as a ConfigMap: ${NOBODY} '${json}'`],
      [422, expect.stringContaining(`${NOBODY} '{"apiVersion":"v1/","kind":"ConfigMap",`)],
      [500, `${NOBODY} '{"apiVersion":"v1/","kind":"DeleteOptions"}'`],
    ]);
  });

  test('API-16 is what an empty group before it is not', async () => {
    const applied = { apiVersion: '/v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    expect((await api.send('PATCH', `${CM}/a?fieldManager=me`, applied, APPLY)).status).toBe(201);
  });
});

describe('a text that stands for a field', () => {
  const SETS = '/apis/apps/v1/namespaces/default/daemonsets';
  const annotations = { 'deprecated.daemonset.template.generation': 'x' };
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const set = (metadata: object) => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'a', ...metadata },
    spec: { selector: { matchLabels: { a: 'b' } }, template },
  });
  const WHY = 'strconv.ParseInt: parsing "x": invalid syntax';

  test('API-13 is read as one', async () => {
    await api.send('POST', SETS, set({}));
    const strategic = { headers: { 'content-type': 'application/strategic-merge-patch+json' } };
    const answers = [
      await api.send('PUT', `${SETS}/a`, set({ annotations })),
      await api.send('PATCH', `${SETS}/a`, { metadata: { annotations } }, MERGE),
      await api.send('PATCH', `${SETS}/a`, { metadata: { annotations } }, strategic),
      await api.send('PATCH', `${SETS}/a?fieldManager=me&force=true`, set({ annotations }), APPLY),
    ];
    expect(answers.map(({ refusal: { code, message } }) => [code, message])).toEqual([
      [400, `DaemonSet in version "v1" cannot be handled as a DaemonSet: ${WHY}`],
      [422, expect.stringContaining(`: ${WHY}`)],
      [500, WHY],
      [500, `failed to convert to unversioned (/a; apps/v1, Kind=DaemonSet): ${WHY}`],
    ]);
  });
});

const APPLY = { headers: { 'content-type': 'application/apply-patch+yaml' } };
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };
