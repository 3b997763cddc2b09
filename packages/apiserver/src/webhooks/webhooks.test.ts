import type { Pod } from '@tabernetes/api/types/core-v1';
import { encodeBase64, type KubeObject } from '@tabernetes/apimachinery';
import { seededRng } from '@tabernetes/base';
import { afterEach, describe, expect, test } from 'vitest';
import { defaultTolerationSeconds } from '../admission/default-toleration-seconds.ts';
import { serviceAccountAdmission } from '../admission/service-account.ts';
import type { AdmissionPlugin } from '../admission.ts';
import { type ExtendedApiServer, extendedApiServer, type FakeService } from '../testing/index.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: {
    readonly uid: string;
    readonly object: KubeObject & { readonly data?: object };
    readonly operation: string;
  };
}

let api: ExtendedApiServer;
afterEach(() => api.dispose());

/** A service that answers reviews. */
const reviewer =
  (answer: (review: Review, path: string) => object): FakeService =>
  async (request) => {
    const review = (await request.json()) as Review;
    const response = { uid: review.request.uid, ...answer(review, new URL(request.url).pathname) };
    return Response.json({ apiVersion: review.apiVersion, kind: 'AdmissionReview', response });
  };

const patchOf = (operations: unknown): object => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: encodeBase64(new TextEncoder().encode(JSON.stringify(operations))),
});

async function start(
  service?: FakeService,
  admission: readonly AdmissionPlugin[] = [],
  annotate?: (key: string, value: string) => void,
): Promise<void> {
  api = await extendedApiServer(service, admission, annotate);
  const spec = { clusterIP: '10.96.0.77', ports: [{ port: 443 }] };
  await api.send('POST', '/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'hook' },
    spec,
  });
}

async function configure(kind: 'Mutating' | 'Validating', name: string, hook: object = {}): Promise<void> {
  const made = await api.send('POST', `${GROUP}/${kind.toLowerCase()}webhookconfigurations`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        clientConfig: { service: { name: 'hook', namespace: 'default', path: `/${name}` } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
        ...hook,
      },
    ],
  });
  expect(made.refusal.message).toBeUndefined();
}

const create = (name: string, data: object = {}, query = '') =>
  api.send<KubeObject & { data?: Record<string, string> }>('POST', `${CONFIG_MAPS}${query}`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data,
  });

describe('admission webhooks', () => {
  test('WHK-1 a validating webhook refuses with its own words', async () => {
    await start(
      reviewer(({ request }) => ({
        allowed: request.object.metadata.name !== 'bad',
        warnings: ['hm'],
        status: { code: 403, message: 'not you' },
      })),
    );
    await configure('Validating', 'check');
    expect(await create('good')).toMatchObject({ status: 201, warnings: ['hm'] });
    expect((await create('bad')).refusal).toMatchObject({
      code: 403,
      message: 'admission webhook "check.example.com" denied the request: not you',
    });
  });

  test('WHK-1 what is being created has no resourceVersion yet', async () => {
    const seen: unknown[] = [];
    await start(
      reviewer(({ request }) => {
        seen.push(request.object.metadata.uid !== undefined, request.object.metadata.resourceVersion);
        return { allowed: true };
      }),
    );
    await configure('Validating', 'check');
    const { object } = await create('a');
    expect(seen).toEqual([true, undefined]);
    expect(object.metadata.resourceVersion).toMatch(/^[1-9]/);
  });

  test('WHK-4 webhooks change what other plugins share among all objects, in one of them', async () => {
    const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }];
    const token = '/spec/volumes/0/projected/sources/0/serviceAccountToken/expirationSeconds';
    await start(
      reviewer(({ request }) =>
        request.object.metadata.name === 'changed'
          ? patchOf([
              { op: 'replace', path: token, value: 999 },
              { op: 'replace', path: '/spec/tolerations/0/tolerationSeconds', value: 9 },
            ])
          : { allowed: true },
      ),
      [serviceAccountAdmission(seededRng(1)), defaultTolerationSeconds()],
    );
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    await api.send('POST', '/api/v1/namespaces/default/serviceaccounts', account);
    await configure('Mutating', 'short', { rules, reinvocationPolicy: 'IfNeeded' });
    const seconds = async (name: string): Promise<unknown> => {
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        spec: { containers: [{ name: 'c', image: 'i' }] },
      };
      const { object, refusal } = await api.send<Pod>('POST', '/api/v1/namespaces/default/pods', pod);
      if (object.spec === undefined) return refusal.message;
      const { volumes = [], tolerations = [] } = object.spec;
      const source = volumes[0]?.projected?.sources?.[0]?.serviceAccountToken?.expirationSeconds;
      return [source, ...tolerations.map(({ tolerationSeconds }) => tolerationSeconds), volumes.length];
    };
    expect(await seconds('one')).toEqual([3607, 300, 300, 1]);
    expect(await seconds('changed')).toEqual([999, 9, 300, 1]);
    expect(await seconds('two')).toEqual([3607, 300, 300, 1]);
  });

  test('WHK-2 one that cannot be asked refuses, unless failures are ignored', async () => {
    await start();
    await configure('Validating', 'check');
    expect((await create('a')).refusal).toMatchObject({
      code: 500,
      message:
        'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://hook.default.svc:443/check?timeout=10s": dial tcp 10.96.0.77:443: connect: connection refused',
    });
    await api.send('DELETE', '/api/v1/namespaces/default/services/hook');
    expect((await create('a')).refusal.message).toContain(': service "hook" not found');
    await api.send('DELETE', `${GROUP}/validatingwebhookconfigurations/check`);
    await configure('Validating', 'check', { failurePolicy: 'Ignore' });
    expect((await create('a')).status).toBe(201);
  });

  test('WHK-2 one whose authorities cannot be read cannot be asked', async () => {
    await start(reviewer(() => ({ allowed: true })));
    const service = { name: 'hook', namespace: 'default' };
    const pem = '-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n';
    for (const [caBundle, problem] of [
      ['Cg==', 'unable to parse bytes as PEM block'],
      [btoa(pem.replaceAll('CERTIFICATE', 'PUBLIC KEY')), 'no valid certificate authority data seen'],
      [btoa(pem), 'failed to parse certificate: x509: malformed certificate'],
    ]) {
      await configure('Validating', 'check', { clientConfig: { service, caBundle } });
      expect((await create('a')).refusal.message).toBe(
        `Internal error occurred: failed calling webhook "check.example.com": could not get REST client: unable to load root certificates: ${problem}`,
      );
      await api.send('DELETE', `${GROUP}/validatingwebhookconfigurations/check`);
    }
  });

  test('WHK-3 one that does not answer in time counts as failed', async () => {
    await start(() => new Promise<Response>(() => undefined));
    await configure('Validating', 'check', { timeoutSeconds: 3 });
    const answer = create('a');
    await api.extensionsClock.advance(2999);
    await api.extensionsClock.advance(1);
    expect((await answer).refusal.message).toContain('?timeout=3s": context deadline exceeded');
  });

  test('WHK-4 mutating webhooks change the object one after another, in the order of their names', async () => {
    await start(
      reviewer(({ request }, path) =>
        patchOf([
          { op: 'add', path: '/data/seen', value: `${Reflect.get(request.object.data ?? {}, 'seen') ?? ''}${path}` },
        ]),
      ),
    );
    await configure('Mutating', 'second');
    await configure('Mutating', 'first');
    expect((await create('a', { x: '' })).object.data).toEqual({ x: '', seen: '/first/second' });
  });

  test('WHK-5 a webhook that wishes so sees what later ones changed', async () => {
    const asked: string[] = [];
    await start(
      reviewer((_, path) => {
        asked.push(path);
        return path === '/b' ? patchOf([{ op: 'add', path: '/data/b', value: '1' }]) : { allowed: true };
      }),
    );
    await configure('Mutating', 'a', { reinvocationPolicy: 'IfNeeded' });
    await configure('Mutating', 'b');
    expect((await create('x', { y: '' })).object.data).toEqual({ y: '', b: '1' });
    expect(asked).toEqual(['/a', '/b', '/a']);
  });

  test('WHK-6 rules, selectors and conditions say what a webhook is asked', async () => {
    const asked: string[] = [];
    await start(
      reviewer(({ request }) => {
        asked.push(request.object.metadata.name ?? '');
        return { allowed: true };
      }),
    );
    await configure('Validating', 'none', { namespaceSelector: { matchLabels: { team: 'x' } } });
    await configure('Validating', 'some', {
      matchConditions: [{ name: 'b', expression: "object.metadata.name.startsWith('b')" }],
    });
    await create('a');
    await create('b');
    await api.send('DELETE', `${CONFIG_MAPS}/b`);
    expect(asked).toEqual(['b']);
  });

  test('WHK-6 no webhook is asked when a condition of another cannot be evaluated', async () => {
    const asked: string[] = [];
    await start(
      reviewer((_review, path) => {
        asked.push(path);
        return { allowed: false };
      }),
    );
    await configure('Validating', 'a');
    await configure('Validating', 'b', {
      matchConditions: [{ name: 'broken', expression: "object.data['missing'] == 'x'" }],
    });
    const { refusal } = await create('one');
    expect([refusal.code, refusal.message]).toEqual([403, expect.stringContaining('no such key')]);
    expect(asked).toEqual([]);
  });

  test('WHK-7 dry runs are not for webhooks with effects of their own', async () => {
    await start(reviewer(() => ({ allowed: true })));
    await configure('Validating', 'check');
    expect((await create('a', {}, '?dryRun=All')).status).toBe(201);
  });

  test('WHK-8 answers that are none are told apart', async () => {
    await start(() =>
      Response.json({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        response: { uid: 'x', allowed: true },
      }),
    );
    await configure('Validating', 'check');
    expect((await create('a')).refusal.message).toMatch(
      /received invalid webhook response: expected response.uid="[0-9a-f-]+", got "x"$/,
    );
  });

  const texts: readonly [what: string, response: () => Response, message: string][] = [
    [
      'nothing',
      () => new Response(''),
      '0-length response with status code: 200 and content type: text/plain;charset=UTF-8',
    ],
    [
      'no object',
      () => new Response('hello'),
      `couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    ],
    [
      'half a document',
      () => new Response('{"a":'),
      "couldn't get version/kind; json parse error: unexpected end of JSON input",
    ],
    [
      'another kind',
      () => Response.json({ apiVersion: 'v1', kind: 'Pod' }),
      'no kind "Pod" is registered for version "v1" in scheme "k8s.io/apiserver/pkg/util/webhook/client.go:71"',
    ],
    [
      'another version',
      () => Response.json({ apiVersion: 'admission.k8s.io/v1beta1', kind: 'AdmissionReview' }),
      'converting (v1beta1.AdmissionReview) to (v1.AdmissionReview): unknown conversion',
    ],
    ['a refusal in words', () => new Response(' no\n', { status: 403 }), 'no'],
    ['a conflict', () => new Response('no', { status: 409 }), 'the server reported a conflict'],
    [
      'an error in bytes',
      () => Response.json({}, { status: 500 }),
      'an error on the server ("unknown") has prevented the request from succeeding',
    ],
    [
      'a refusal that is a Status',
      () => Response.json({ apiVersion: 'v1', kind: 'Status', status: 'Failure', message: 'oops' }, { status: 404 }),
      'oops',
    ],
    [
      'a field of another type',
      () => Response.json({ response: { allowed: 'true' } }),
      'json: cannot unmarshal string into Go struct field AdmissionResponse.response.allowed of type bool',
    ],
    [
      'a patch that is not base64',
      () => Response.json({ response: { patch: '!' } }),
      'illegal base64 data at input byte 0',
    ],
  ];
  for (const [what, response, message] of texts) {
    test(`WHK-8 ${what} is no answer`, async () => {
      await start(response);
      await configure('Mutating', 'check');
      expect((await create('a')).refusal.message).toBe(
        `Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: ${message}`,
      );
    });
  }

  test('WHK-8 a patch must be JSON, of a type that is known, and leave a known kind', async () => {
    let answer: object = {};
    await start(reviewer(() => ({ allowed: true, ...answer })));
    await configure('Mutating', 'check');
    const message = async () => (await create('a', {}, '?dryRun=All')).refusal?.message;
    answer = { patchType: 'JSONPatch', patch: encodeBase64(new TextEncoder().encode('zzz')) };
    expect(await message()).toBe("Internal error occurred: invalid character 'z' looking for beginning of value");
    answer = { ...patchOf([{ op: 'add', path: '/data/a', value: '1' }]), patchType: 'MergePatch' };
    expect(await message()).toBe(
      'Internal error occurred: failed calling webhook "check.example.com": unsupported patch type "MergePatch"',
    );
    answer = { ...patchOf([]), patchType: 'MergePatch' };
    expect(await message()).toBeUndefined();
    answer = patchOf([{ op: 'replace', path: '/apiVersion', value: 'v2' }]);
    expect(await message()).toBe(
      'Internal error occurred: no kind "ConfigMap" is registered for version "v2" in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"',
    );
    answer = patchOf([{ op: 'replace', path: '/kind', value: 'Pod' }]);
    expect((await create('a')).refusal).toMatchObject({
      code: 500,
      message: 'converting (v1.Pod) to (core.ConfigMap): unknown conversion',
    });
    answer = patchOf([
      { op: 'remove', path: '/kind' },
      { op: 'remove', path: '/apiVersion' },
      { op: 'add', path: '/data', value: { a: '1' } },
    ]);
    expect((await create('a')).object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } });
  });

  test('WHK-13 answers may be YAML, and note things for the audit log', async () => {
    const notes: string[] = [];
    await start(
      async (request) => {
        const { request: asked } = (await request.json()) as Review;
        return new Response(
          `response:\n  uid: ${asked.uid}\n  allowed: true\n  auditAnnotations: {a: b}\napiVersion: admission.k8s.io/v1\nkind: AdmissionReview\n`,
        );
      },
      [],
      (key, value) => notes.push(`${key}=${value}`),
    );
    await configure('Validating', 'check');
    expect((await create('a')).status).toBe(201);
    expect(notes).toEqual(['check.example.com/a=b']);
  });

  test('WHK-13 who asks for patience is asked again', async () => {
    let calls = 0;
    const right = reviewer(() => ({ allowed: true }));
    await start((request, target) => {
      calls += 1;
      return calls === 1 ? new Response('', { status: 429, headers: { 'retry-after': '2' } }) : right(request, target);
    });
    await configure('Validating', 'check');
    const created = create('a');
    for (let i = 0; calls === 0 && i < 100; i++) await new Promise((resolve) => setImmediate(resolve));
    await api.extensionsClock.advance(2000);
    expect([(await created).status, calls]).toEqual([201, 2]);
  });
});
