import { describe, expect, test } from 'vitest';
import { parseServeOptions } from './serve-options.ts';

describe('parseServeOptions', () => {
  test('TAB-2 has a default for every flag', () => {
    expect(parseServeOptions([], 7)).toEqual({
      port: 6443,
      host: '127.0.0.1',
      kubeconfig: 'tabernetes.kubeconfig',
      seed: 7,
      nodes: 3,
      speed: 1,
      latency: 'short',
      kubelet: 'hollow',
      preloadedImages: ['busybox:1.36', 'nginx:1.27'],
      addons: [],
      allowNonLoopback: false,
    });
  });

  const refused = [
    ['--port', 'x'],
    ['--port', '70000'],
    ['--nodes', '-1'],
    ['--speed', '0'],
    ['--kubelet', 'real'],
    ['--latency', 'some'],
    ['--addons', 'metrics,dns'],
    ['--images', '.', '--kubelet', 'hollow'],
    ['--nosuch'],
    ['--host', '0.0.0.0'],
  ];
  for (const args of refused) {
    test(`TAB-3 refuses ${args.join(' ')} in words`, () => {
      expect(() => parseServeOptions(args, 0)).toThrow(args[0]?.slice(0, 6));
    });
  }

  test.each([
    [[], false, 'hollow'],
    [['--latency', 'real'], false, 'simulated'],
    [['--images', '.'], false, 'simulated'],
    [['--preload-images', ''], false, 'simulated'],
    [['--kubelet', 'hollow', '--latency', 'real'], true, 'hollow'],
    [[], true, 'simulated'],
  ])('TAB-2 nodes run containers where flags ask for what only these have: %j', (args, nodesRun, kubelet) => {
    expect(parseServeOptions(args, 0, nodesRun).kubelet).toBe(kubelet);
  });

  test('TAB-3 binds beyond loopback only when told twice', () => {
    expect(parseServeOptions(['--host', '0.0.0.0', '--allow-non-loopback'], 0).host).toBe('0.0.0.0');
  });
});
