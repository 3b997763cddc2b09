import { describe, expect, test } from 'vitest';
import { requestInfo } from './request-info.ts';

// method, path, verb, group/version, namespace, resource/subresource, name
const CASES: readonly (readonly [string, string, string])[] = [
  ['GET', '/api/v1/namespaces/demo/pods', 'list /v1 demo pods '],
  ['GET', '/api/v1/namespaces/demo/pods?watch=1', 'watch /v1 demo pods '],
  ['GET', '/api/v1/namespaces/demo/pods?watch=false', 'list /v1 demo pods '],
  ['GET', '/api/v1/pods?fieldSelector=metadata.name%3Dweb', 'list /v1  pods web'],
  ['GET', '/api/v1/namespaces/demo/pods/web', 'get /v1 demo pods web'],
  ['HEAD', '/api/v1/namespaces/demo/pods/web', 'get /v1 demo pods web'],
  ['DELETE', '/api/v1/namespaces/demo/pods', 'deletecollection /v1 demo pods '],
  ['POST', '/api/v1/namespaces', 'create /v1  namespaces '],
  ['GET', '/api/v1/namespaces/demo', 'get /v1 demo namespaces demo'],
  ['PUT', '/api/v1/namespaces/demo/finalize', 'update /v1 demo namespaces/finalize demo'],
  ['GET', '/api/v1/namespaces/status/pods', 'list /v1 status pods '],
  ['GET', '/apis/apps/v1/namespaces/demo/deployments/web/scale', 'get apps/v1 demo deployments/scale web'],
  ['POST', '/api/v1/namespaces/demo/pods/http:web:80/proxy/a/b', 'create /v1 demo pods/proxy http:web:80'],
  ['GET', '/api/v1/watch/namespaces/demo/configmaps/c1', 'watch /v1 demo configmaps c1'],
  [
    'PATCH',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
    'patch rbac.authorization.k8s.io/v1  clusterroles system:node',
  ],
];

describe('requestInfo', () => {
  for (const [method, url, want] of CASES) {
    test(`API-4 ${method} ${url}`, () => {
      const { pathname, searchParams } = new URL(url, 'https://x');
      const info = requestInfo(method, pathname, Object.fromEntries(searchParams));
      const { verb, group, version, namespace, resource, subresource, name } = info;
      expect(`${verb} ${group}/${version} ${namespace} ${resource}${subresource && `/${subresource}`} ${name}`).toBe(
        want,
      );
    });
  }

  test('API-4 what was asked of a path before does not count', () => {
    const path = '/api/v1/namespaces/demo/configmaps';
    const of = (method: string, at = path, query = {}): string => {
      const { verb, resource, subresource, name } = requestInfo(method, at, query);
      return `${verb} ${resource} ${subresource} ${name}`;
    };
    expect([of('POST'), of('GET'), of('POST', path, { fieldSelector: 'metadata.name=a' }), of('DELETE')]).toEqual([
      'create configmaps  ',
      'list configmaps  ',
      'create configmaps  ',
      'deletecollection configmaps  ',
    ]);
    expect([of('POST', `${path}/a/status`), of('PUT', `${path}/a`)]).toEqual([
      'create configmaps status a',
      'update configmaps  a',
    ]);
  });

  for (const path of ['/', '/api', '/api/v1', '/apis/apps', '/apis/apps/v1/', '/healthz', '/metrics']) {
    test(`API-4 ${path} is no resource`, () => {
      expect(requestInfo('GET', path, {})).toMatchObject({ isResource: false, verb: 'get', path });
    });
  }
});
