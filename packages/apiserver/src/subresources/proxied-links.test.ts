import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { relinked } from './proxied-page.ts';
import { proxiedUrl } from './proxied-url.ts';

/** Each with what Kubernetes' proxy makes of it, which was asked for it. */
const recorded = JSON.parse(
  readFileSync(new URL('../../testdata/proxied-links.json', import.meta.url), 'utf8'),
) as Record<'urls' | 'pages', readonly (readonly [given: string, made: string])[]>;
const site = {
  prefix: '/api/v1/namespaces/default/pods/p/proxy',
  backend: '10.244.1.2:80',
  host: '127.0.0.1:6443',
};

describe('API-78 behind the proxy', () => {
  for (const [given, made] of recorded.urls)
    test(`${given} is ${made}`, () => {
      expect(proxiedUrl(given, site)).toBe(made);
    });

  for (const [given, made] of recorded.pages)
    test(`the links of ${JSON.stringify(given.slice(0, 60))} lead through the proxy`, () => {
      expect(relinked(given, site)).toBe(made);
    });
});
