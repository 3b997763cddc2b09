import { parseArgs } from 'node:util';
import type { AddonName } from '@tabernetes/cluster';

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly kubeconfig: string;
  readonly seed: number;
  readonly nodes: number;
  readonly speed: number;
  readonly latency: 'none' | 'short' | 'real';
  readonly kubelet: 'hollow' | 'simulated';
  readonly nodeCapacity?: Readonly<Record<string, string>>;
  readonly preloadedImages: readonly string[];
  readonly addons: readonly AddonName[];
  readonly images?: string;
  readonly tokenAuthFile?: string;
  readonly state?: string;
  readonly allowNonLoopback: boolean;
}

export const SERVE_USAGE = `Usage: tabernetes serve [flags]

Starts a cluster and serves its Kubernetes API over HTTPS for kubectl and client libraries.

  --port N               port to listen on; 0 takes a free one (default 6443)
  --host ADDRESS         address to listen on (default 127.0.0.1)
  --allow-non-loopback   required with a --host that other machines can reach
  --kubeconfig FILE      where to write the kubeconfig (default ./tabernetes.kubeconfig)
  --token-auth-file CSV  users, as kube-apiserver reads them: token,user,uid,"group1,group2"; the first is the kubeconfig's
  --nodes N              number of nodes (default 3)
  --seed N               seed of everything that is left to chance (default: from the clock)
  --speed X              virtual seconds per real second (default 1)
  --latency none|short|real  what pulls, starts and stops take (default short: up to a second)
  --kubelet hollow|simulated  whether nodes run containers (default hollow, which keep books; simulated with --latency real,
                         --images or --preload-images, and for \`start\`)
  --node-capacity R=N,...     what a node has: cpu=2,memory=16Gi (default cpu=4,memory=8Gi,pods=110)
  --preload-images A,B   images that simulated nodes come with; none are pulled with an empty value (default busybox:1.36,nginx:1.27)
  --images DIR           programs of images for simulated nodes: DIR/me/app.js is me/app, DIR/me/app@1.js me/app:1
  --addons A,B           what the cluster has on top: metrics, storage, load-balancer, system-pods (default none)
  --state DIR            keep the cluster in this directory
`;

/** A flag that is unknown or has a value that makes no sense; the message is for the person who typed it. */
export class UsageError extends Error {}

/** @param nodesRun whether nodes run containers where no flag says so */
export function parseServeOptions(args: readonly string[], now: number, nodesRun = false): ServeOptions {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        kubeconfig: { type: 'string' },
        seed: { type: 'string' },
        nodes: { type: 'string' },
        speed: { type: 'string' },
        latency: { type: 'string' },
        kubelet: { type: 'string' },
        'node-capacity': { type: 'string' },
        'preload-images': { type: 'string' },
        addons: { type: 'string' },
        images: { type: 'string' },
        'token-auth-file': { type: 'string' },
        state: { type: 'string' },
        'allow-non-loopback': { type: 'boolean' },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const number = (name: string, fallback: number, valid: (n: number) => boolean, want: string): number => {
    const given = text(name);
    if (given === undefined) return fallback;
    const n = Number(given);
    if (given.trim() === '' || !valid(n)) throw new UsageError(`--${name} ${given}: must be ${want}`);
    return n;
  };
  const wholeUpTo = (max: number) => (n: number) => Number.isInteger(n) && n >= 0 && n <= max;
  const latency = text('latency') ?? 'short';
  if (latency !== 'none' && latency !== 'short' && latency !== 'real')
    throw new UsageError(`--latency ${latency}: must be none, short or real`);
  const images = text('images');
  const preloaded = text('preload-images');
  const asksForContainers = latency === 'real' || images !== undefined || preloaded !== undefined;
  const kubelet = text('kubelet') ?? (nodesRun || asksForContainers ? 'simulated' : 'hollow');
  if (kubelet !== 'hollow' && kubelet !== 'simulated') {
    throw new UsageError(`--kubelet ${kubelet}: must be hollow or simulated`);
  }
  const nodeCapacity = capacityOf(text('node-capacity'));
  const addons = listOf(text('addons') ?? '');
  if (!addons.every(isAddon)) throw new UsageError(`--addons ${addons.join(',')}: must be of ${ADDONS.join(', ')}`);
  const host = text('host') ?? '127.0.0.1';
  const allowNonLoopback = values['allow-non-loopback'] === true;
  if (!allowNonLoopback && !/^(127\.|::1$|localhost$)/.test(host)) {
    throw new UsageError(
      `--host ${host}: other machines could reach this cluster; add --allow-non-loopback if they should`,
    );
  }
  const tokenAuthFile = text('token-auth-file');
  const state = text('state');
  if (images !== undefined && kubelet !== 'simulated') {
    throw new UsageError(`--images ${images}: hollow nodes run no images; leave out --kubelet hollow`);
  }
  return {
    port: number('port', 6443, wholeUpTo(65_535), 'a port between 0 and 65535'),
    host,
    kubeconfig: text('kubeconfig') ?? 'tabernetes.kubeconfig',
    seed: number('seed', now % 2 ** 32, Number.isInteger, 'a whole number'),
    nodes: number('nodes', 3, wholeUpTo(10_000), 'a whole number up to 10000'),
    speed: number('speed', 1, (n) => n > 0 && n <= 100_000, 'a number above 0, up to 100000'),
    latency,
    kubelet,
    ...(nodeCapacity && { nodeCapacity }),
    preloadedImages: listOf(preloaded ?? PRELOADED),
    addons,
    ...(images !== undefined && { images }),
    ...(tokenAuthFile !== undefined && { tokenAuthFile }),
    ...(state !== undefined && { state }),
    allowNonLoopback,
  };
}

/** What the nodes of the recorded sessions had. */
const PRELOADED = 'busybox:1.36,nginx:1.27';

const listOf = (text: string): string[] => text.split(',').filter((part) => part !== '');

const ADDONS: readonly AddonName[] = ['metrics', 'storage', 'load-balancer', 'system-pods'];
const isAddon = (name: string): name is AddonName => (ADDONS as readonly string[]).includes(name);

/** `cpu=2,memory=16Gi` */
function capacityOf(text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined) return undefined;
  const pairs = text.split(',').map((pair) => /^([^=]+)=(.+)$/.exec(pair));
  if (!pairs.every((pair) => pair !== null))
    throw new UsageError(`--node-capacity ${text}: must be like cpu=2,memory=16Gi`);
  return Object.fromEntries(pairs.map(([, name = '', amount = '']) => [name, amount]));
}
