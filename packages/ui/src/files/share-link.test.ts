import { describe, expect, test } from 'vitest';
import { sandboxOfFragment, shareFragment, shareLink } from './share-link.ts';

describe('links that hold files', () => {
  test('what a link is made of is what it opens', () => {
    const url = new URL(shareLink({ 'web.yaml': 'kind: Pod # ü\n' }, { seed: 7, nodes: 2 }));
    expect(url.origin).toBe('http://127.0.0.1:5173');
    expect(sandboxOfFragment(url.hash)).toEqual({
      version: 1,
      files: [{ name: 'web.yaml', text: 'kind: Pod # ü\n' }],
      options: { nodes: 2, seed: 7, latency: 'short', speed: 1 },
    });
  });

  test('UI-20 the nodes of a link are those of what it opens', () => {
    const url = new URL(shareLink({}, { shape: { cpu: 16, labels: { disk: 'ssd' } } }));
    expect(sandboxOfFragment(url.hash).options.shape).toEqual({
      ...{ cpu: 16, memory: 8, pods: 110, zones: 3 },
      labels: { disk: 'ssd' },
    });
    expect(() => shareLink({}, { shape: { zones: 99 } })).toThrow('is not what a sandbox can have');
  });

  test('the playground may be somewhere else', () => {
    expect(shareLink({}, { playground: 'https://docs.example/play/?x=1' })).toMatch(
      /^https:\/\/docs\.example\/play\/\?x=1#s=/,
    );
  });

  test('a link that is cut in half says so', () => {
    const fragment = shareFragment({
      version: 1,
      files: [{ name: 'a.yaml', text: 'a: b'.repeat(50) }],
      options: { nodes: 3, seed: 1, latency: 'short', speed: 1 },
    });
    expect(() => sandboxOfFragment(fragment.slice(0, -9))).toThrow('it is not whole');
  });

  test('names and options that the playground does not take are refused when the link is made', () => {
    expect(() => shareLink({ 'a/b.yaml': '' })).toThrow('one of its files has no name or no text');
    expect(() => shareLink({}, { nodes: 5_000 })).toThrow('nodes: 5000 is not what a sandbox can have');
  });
});
