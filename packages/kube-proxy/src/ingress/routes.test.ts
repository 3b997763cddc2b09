import type { Ingress } from '@tabernetes/api/types/networking-v1';
import { describe, expect, test } from 'vitest';
import { findRoute } from './routes.ts';

type PathRow = readonly [path: string, type: 'Exact' | 'Prefix' | 'ImplementationSpecific', service: string];
const backend = (name: string) => ({ service: { name, port: { number: 80 } } });
const ingress = (
  name: string,
  host: string | undefined,
  paths: readonly PathRow[],
  fallback?: string,
  created = '2025-01-01T00:00:00Z',
): Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace: 'default', creationTimestamp: created },
  spec: {
    ...(fallback !== undefined && { defaultBackend: backend(fallback) }),
    rules: [
      {
        ...(host !== undefined && { host }),
        http: { paths: paths.map(([path, pathType, service]) => ({ path, pathType, backend: backend(service) })) },
      },
    ],
  },
});

const INGRESSES = [
  ingress('any', undefined, [['/any', 'Prefix', 'any']], 'fallback'),
  ingress('a', 'a.example', [
    ['/', 'Prefix', 'root'],
    ['/foo', 'Prefix', 'foo'],
    ['/foo/bar', 'Prefix', 'foobar'],
    ['/foo', 'Exact', 'exact'],
    ['/impl', 'ImplementationSpecific', 'impl'],
    ['/slash/', 'Prefix', 'slash'],
  ]),
  ingress('star', '*.example', [['/', 'Prefix', 'star']]),
  ingress('young', 'a.example', [['/foo', 'Prefix', 'young']], undefined, '2025-01-02T00:00:00Z'),
];

describe('rules of Ingresses', () => {
  const cases: readonly (readonly [host: string, path: string, want: string | undefined])[] = [
    ['a.example', '/', 'root'],
    ['A.example:8080', '/x', 'root'],
    ['a.example', '/foo', 'exact'],
    ['a.example', '/foo/', 'foo'],
    ['a.example', '/foo/x', 'foo'],
    ['a.example', '/foobar', 'root'],
    ['a.example', '/foo/bar/x', 'foobar'],
    ['a.example', '/impl/x', 'impl'],
    ['a.example', '/slash', 'slash'],
    ['a.example', '/slash/x', 'slash'],
    ['a.example', '/any', 'root'],
    ['b.example', '/any', 'star'],
    ['c.b.example', '/any', 'any'],
    ['example', '/any/thing', 'any'],
    ['nobody', '/x', 'fallback'],
  ];
  for (const [host, path, want] of cases) {
    test(`KPX-5 ${host}${path}`, () => expect(findRoute(INGRESSES, host, path)?.backend.service?.name).toBe(want));
  }
  test('KPX-5 nothing matches', () => expect(findRoute(INGRESSES.slice(1), 'nobody', '/')).toBeUndefined());
});
