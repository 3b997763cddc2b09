import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const TLS = ['--tls-cert-file=/localhost.crt', '--tls-private-key-file=/localhost.key'];

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
});
afterEach(() => cluster.stop());

async function run(name: string, container: object): Promise<void> {
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: IMAGE, ...container }] },
  } as Pod);
  await cluster.clock.advance(2_000);
}

async function log(name: string): Promise<string> {
  const path = `https://cluster/api/v1/namespaces/default/pods/${name}/log`;
  return (await cluster.fetch(new Request(path))).text();
}

let asked = 0;
async function ask(path: string, body: string, contentType = 'application/json'): Promise<string> {
  const { status } = await cluster.client.resource(kinds.pod).get('server', 'default');
  const name = `ask-${asked++}`;
  const url = `https://${status?.podIP}${path}`;
  const command = ['curl', '-sk', '-w', ' %{http_code}', '-H', `content-type: ${contentType}`, '-d', body, url];
  await run(name, { image: 'curlimages/curl', command });
  return log(name);
}

describe('CLU-98 agnhost as a webhook', () => {
  const review = async (path: string, request: object, apiVersion = 'admission.k8s.io/v1'): Promise<object> => {
    const [body = ''] = (
      await ask(path, JSON.stringify({ kind: 'AdmissionReview', apiVersion, request: { uid: 'u', ...request } }))
    ).split(' 200');
    const { response, ...head } = JSON.parse(body);
    expect(head).toEqual({ kind: 'AdmissionReview', apiVersion });
    const { uid, patch, ...answer } = response;
    expect(uid).toBe('u');
    return patch === undefined ? answer : { ...answer, patch: JSON.parse(atob(patch)) };
  };
  const of = (plural: string, object: object, operation = 'CREATE'): object => ({
    resource: { group: '', version: 'v1', resource: plural },
    operation,
    [operation === 'DELETE' ? 'oldObject' : 'object']: object,
  });

  test('it refuses what is marked as unwanted', async () => {
    await run('server', { args: ['webhook', ...TLS] });
    const refused = (status: object): object => ({ allowed: false, status });
    const containers = [{ name: 'webhook-disallow-1' }, { name: 'b' }];
    const metadata = { labels: { 'webhook-e2e-test': 'webhook-disallow' } };
    expect(await review('/pods', of('pods', { metadata, spec: { containers } }))).toEqual(
      refused({ message: 'the pod contains unwanted label; the pod contains unwanted container name;' }),
    );
    expect(await review('/pods', of('nodes', {}))).toEqual(
      refused({ message: 'expect resource to be /v1, Resource=pods' }),
    );
    const kept = { data: { 'webhook-e2e-test': 'webhook-nondeletable' } };
    expect(await review('/configmaps', of('configmaps', kept, 'DELETE'))).toEqual(
      refused({ reason: 'the configmap cannot be deleted because it contains unwanted key and value' }),
    );
    expect(await review('/custom-resource', of('any', kept))).toEqual({ allowed: true });
    expect(await review('/always-deny', of('pods', {}), 'admission.k8s.io/v1beta1')).toEqual(
      refused({ message: 'this webhook denies all requests' }),
    );
    expect(await review('/mutating-pods-sidecar', of('pods', {}))).toMatchObject({ status: { code: 500 } });
  });

  test('it changes what is to be changed, and says in its log what it is asked', async () => {
    await run('server', { args: ['webhook', ...TLS, '--sidecar-image=side:1', '-v=4'] });
    const patched = (path: string, value: unknown, op = 'add'): object => ({
      allowed: true,
      patchType: 'JSONPatch',
      patch: [{ op, path, value }],
    });
    const labelled = (labels?: object): object => of('pods', { metadata: { labels } });
    expect(await review('/add-label', labelled())).toEqual(patched('/metadata/labels', { 'added-label': 'yes' }));
    expect(await review('/add-label', labelled({ a: 'b' }))).toEqual(patched('/metadata/labels/added-label', 'yes'));
    expect(await review('/add-label', labelled({ 'added-label': 'no' }))).toEqual(
      patched('/metadata/labels/added-label', 'yes', 'replace'),
    );
    expect(await review('/add-label', labelled({ 'added-label': 'yes' }))).toEqual({ allowed: true });
    const staged = of('configmaps', { data: { 'mutation-start': 'yes', 'mutation-stage-1': 'yes' } });
    expect(await review('/mutating-configmaps', staged)).toEqual(patched('/data/mutation-stage-2', 'yes'));
    const side = { image: 'side:1', name: 'webhook-added-sidecar', resources: {} };
    expect(await review('/mutating-pods-sidecar', of('pods', {}))).toEqual(patched('/spec/containers/-', side));
    expect(await log('server')).toMatch(
      /^I\d{4} [\d:.]+ +1 main\.go:108\] handling request: \{"kind":"AdmissionReview",/,
    );
  });

  test('it says what it cannot read, and does not start without a certificate', async () => {
    await run('server', { args: ['webhook', ...TLS] });
    expect(await ask('/pods', '{')).toMatch(/^Request could not be decoded: .*\n 400$/);
    expect(await ask('/pods', '{"kind":"Pod","apiVersion":"v1"}')).toMatch(
      /no kind "Pod" is registered for version "v1"\n 400$/,
    );
    expect(await ask('/pods', '{}', 'text/plain')).toBe(' 200');
    expect(await ask('/readyz', '')).toBe('ok 200');
    expect(await ask('/nope', '')).toBe('404 page not found\n 404');
    await run('bare', { args: ['webhook'] });
    expect(await log('bare')).toMatch(/^F.* config\.go:33\] open : no such file or directory\n$/);
  });

  test('it converts custom resources between two versions', async () => {
    await run('server', { args: ['crd-conversion-webhook', ...TLS] });
    const convert = async (object: object, desiredAPIVersion: string): Promise<object> => {
      const request = { uid: 'u', desiredAPIVersion, objects: [object] };
      const apiVersion = 'apiextensions.k8s.io/v1';
      const [body = ''] = (
        await ask('/crdconvert', JSON.stringify({ kind: 'ConversionReview', apiVersion, request }))
      ).split('\n');
      return JSON.parse(body).response;
    };
    const [one, two] = ['stable.example.com/v1', 'stable.example.com/v2'];
    const both = { one: { apiVersion: one, hostPort: 'h:1' }, two: { apiVersion: two, host: 'h', port: '1' } };
    const result = { metadata: {}, status: 'Success' };
    expect(await convert(both.one, two)).toEqual({ uid: 'u', convertedObjects: [both.two], result });
    expect(await convert(both.two, one)).toEqual({ uid: 'u', convertedObjects: [both.one], result });
    const failures = [
      [{ apiVersion: one, hostPort: 'h' }, two, 'invalid hostPort value `h`'],
      [{ apiVersion: one }, one, `conversion from a version to itself should not call the webhook: ${one}`],
      [{ apiVersion: one }, 'x/v9', 'unexpected conversion version "x/v9"'],
    ] as const;
    for (const [object, desired, message] of failures) {
      expect(await convert(object, desired)).toMatchObject({ result: { status: 'Failure', message } });
    }
  });
});
