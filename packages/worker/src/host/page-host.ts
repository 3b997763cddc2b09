import type { Disposable } from '@tabernetes/base';
import {
  beginCluster,
  type Cluster,
  type ClusterOptions,
  HOME,
  lifecycleCharts,
  prefetchWorkstation,
} from '@tabernetes/cluster';
import type { PortLike } from '../http-protocol.ts';
import { packCluster, unpackCluster } from '../packed-cluster.ts';
import type { PageAnswer, PageFile, PageRequest } from '../page-protocol.ts';
import type { Deed } from '../world-log.ts';
import { type FilesChange, type TerminalRequest, WORLD_PROTOCOL_VERSION } from '../world-protocol.ts';
import { type CheckHost, checkHost } from './checks/check-host.ts';
import { AGGREGATED_DISCOVERY, namedKinds } from './checks/named-kinds.ts';
import { FileImages } from './file-images.ts';
import { type FirstLook, firstLook } from './first-look.ts';
import { holdLifeline } from './lifeline.ts';
import type { PageClusterOptions, PageHost } from './page-host-face.ts';
import { answerOf, fetchPage, mayWrite } from './page-requests.ts';
import { recordedPort } from './recorded-port.ts';
import { Recorder } from './recorder.ts';
import { replay } from './replay.ts';
import { streamHost } from './stream-host.ts';
import { HomeFiles } from './terminal/home-files.ts';
import { type TerminalSession, terminalSession } from './terminal/terminal-session.ts';
import { trafficHost } from './traffic-host.ts';
import { type WorldHost, worldHost } from './world-host.ts';

interface Launch {
  readonly cluster: Cluster;
  /** Furnishes it; what its start has begun comes to rest before anybody does something. */
  settle(): Promise<void>;
}

/** Options with the snapshot that is restored at hand. */
type LaunchOptions = Omit<PageClusterOptions, 'restore'> & Pick<ClusterOptions, 'restore'>;

/** What its controllers begin on their own is done by then, on the cluster's clock. */
const MAKING_MS = 100;

/** A terminal that is opened has nothing done yet. */
const isLook = (deed: Deed): boolean =>
  deed.do === 'openTerminal' || (deed.do === 'terminal' && deed.request.type === 'resize');

/** What fails after the start has been answered is told as an error of the worker. */
function tellHost(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

export function pageHost(adapt: (options: LaunchOptions) => ClusterOptions = (options) => options): PageHost {
  let cluster: Cluster | undefined;
  let world: WorldHost | undefined;
  const ports: PortLike[] = [];
  let checks: CheckHost[] = [];
  const fileFollowers: PortLike[] = [];
  const trafficFollowers: PortLike[] = [];
  let traffic: Disposable[] = [];
  const tellTraffic = (port: PortLike): void => {
    const network = cluster?.network;
    if (network !== undefined) traffic.push(trafficHost(network, port));
  };
  const files = new HomeFiles((change) => {
    for (const port of fileFollowers) port.postMessage(change satisfies FilesChange);
  });
  const images = new FileImages();
  const terminals = new Set<TerminalSession>();
  /** What was asked for before there was a cluster. */
  const waiting: ((cluster: Cluster) => void)[] = [];
  const started = (): Promise<Cluster> =>
    cluster === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(cluster);

  /** Settles when the running cluster is furnished: nothing is done to it, and its time stands still, until then. */
  let furnished: Promise<void> = Promise.resolve();
  let look: FirstLook | undefined;
  const ready = async (isLook = false): Promise<Cluster> => {
    const on = await started();
    if (!isLook) look?.end();
    await furnished;
    return on;
  };

  const askOf = async (asked: Cluster, request: PageRequest): Promise<PageAnswer> =>
    answerOf(await fetchPage(asked, request));
  const ask: PageHost['request'] = async (request) => {
    if (!mayWrite(request)) return askOf(await started(), request);
    return doing({ do: 'request', request }, (on) => askOf(on, request));
  };
  let recorder = new Recorder(0);
  /** Until when what is written is the making of the cluster; nothing is any more once somebody has done something. */
  let makingUntilMs = 0;
  let pageFiles: readonly PageFile[] = [];
  let lastTerminal = 0;

  /** Time has not moved since something was done to the cluster while it stood still. */
  let isStill = false;
  const moving = async (): Promise<Cluster> => {
    const on = await ready();
    isStill = false;
    return on;
  };

  /** Does something to the cluster, and remembers it: at the end of a moment, where it can be done again. */
  async function doing<T>(deed: Deed, act: (on: Cluster) => T | Promise<T>): Promise<T> {
    const on = await ready(isLook(deed));
    const { clock } = on;
    const done = (still = false): T | Promise<T> => {
      if (!isLook(deed)) makingUntilMs = 0;
      recorder.note(deed, clock.now(), still);
      return act(on);
    };
    if (clock.paused) {
      const still = isStill;
      if (!still) await clock.advance(0);
      isStill = clock.paused;
      return done(still);
    }
    return new Promise<T>((resolve, reject) => {
      const begin = (): void => {
        try {
          Promise.resolve(done()).then(resolve, reject);
        } catch (error) {
          reject(error);
        }
      };
      clock.setTimer(0, begin, { last: true });
    });
  }

  const told = { isStarted: false };
  /** A cluster whose time stands still until somebody lets it go: how long a start takes is the host's business. */
  async function begin(options: LaunchOptions): Promise<Launch> {
    const following: CheckHost[] = [];
    checks = following;
    let fresh: WorldHost | undefined;
    let now = (): number => 0;
    makingUntilMs = Number.POSITIVE_INFINITY;
    const { cluster: made, furnish } = await beginCluster({
      ...adapt(options),
      onClock(clock) {
        clock.pause();
        now = () => clock.now();
        fresh = worldHost(() => ({
          now: () => clock.now(),
          speed: clock.speed,
          paused: told.isStarted && clock.paused,
        }));
        world = fresh;
        // What is restored is there before anything is written.
        const { kvs, revision } = options.restore?.store ?? { kvs: [], revision: 0 };
        fresh.restored(kvs, revision);
        for (const port of ports) fresh.open(port);
      },
      onStore(changes) {
        fresh?.changed(changes, now() < makingUntilMs);
        for (const check of following) check.changed(changes);
      },
    });
    made.chaos.onChange((lasting) => fresh?.troublesChanged(lasting));
    return {
      cluster: made,
      async settle() {
        await furnish();
        await made.clock.advance(0);
        makingUntilMs = made.clock.now() + MAKING_MS;
      },
    };
  }
  async function launch(options: LaunchOptions): Promise<Cluster> {
    const begun = await begin(options);
    await begun.settle();
    return begun.cluster;
  }

  return {
    protocolVersion: () => WORLD_PROTOCOL_VERSION,
    lifeline: holdLifeline,
    async start(options) {
      if (cluster !== undefined) {
        look?.end();
        await furnished;
        told.isStarted = false;
        files.disconnect();
        images.disconnect();
        for (const each of traffic) each.dispose();
        traffic = [];
        await cluster.stop();
        cluster = undefined;
        for (const terminal of terminals) terminal.reconnect();
      }
      const { log, restore, ...rest } = options;
      const own: LaunchOptions = { ...rest, ...(restore !== undefined && { restore: await unpackCluster(restore) }) };
      const isAgain = log !== undefined && own.restore === undefined;
      const begun = await begin(isAgain ? { ...own, startMs: log.startMs } : own);
      let made = begun.cluster;
      recorder = new Recorder(made.clock.now());
      if (own.restore !== undefined) {
        const startMs = made.clock.now();
        recorder.resume(log);
        recorder.note({ do: 'restart', startMs }, own.restore.nowMs);
      }
      if (isAgain) {
        await begun.settle();
        made = await replay(made, log, {
          ask: askOf,
          async restart(old, startMs) {
            const snapshot = structuredClone(await old.snapshot());
            await old.stop();
            return launch({ ...own, restore: snapshot, startMs });
          },
        });
        recorder.resume(log);
      }
      recorder.files(pageFiles);
      const run = (): void => {
        if (cluster !== made) return;
        told.isStarted = true;
        if (options.clock !== 'virtual') made.clock.resume();
        world?.clockChanged();
      };
      cluster = made;
      // Whoever only looks need not wait until the cluster is furnished.
      if (isAgain) run();
      else {
        look = firstLook();
        furnished = look.over.then(() => begun.settle()).then(run);
        furnished.catch(tellHost);
      }
      files.connect(made.workstation.files, HOME);
      images.connect(made.images);
      for (const resolve of waiting.splice(0)) resolve(made);
      for (const port of trafficFollowers) tellTraffic(port);
    },
    follow(port) {
      ports.push(port);
      world?.open(port);
    },
    async check(texts, port) {
      const lists = await Promise.all(
        ['/api', '/apis'].map((path) => ask({ method: 'GET', path, headers: { accept: AGGREGATED_DISCOVERY } })),
      );
      const kindOf = namedKinds(lists.map(({ body }) => body));
      const { clock } = await started();
      checks.push(checkHost({ texts, port, objects: world?.objects ?? new Map(), now: () => clock.now(), kindOf }));
    },
    openTerminal(port) {
      const terminal = ++lastTerminal;
      void doing({ do: 'openTerminal', terminal }, () => undefined);
      const recorded = recordedPort(port, (data, deliver) => {
        const request = data as TerminalRequest;
        if (request.type === 'drawn') deliver();
        else void doing({ do: 'terminal', terminal, request }, deliver);
      });
      prefetchWorkstation();
      const session: TerminalSession = terminalSession(
        recorded,
        async (screen) => {
          const write: typeof screen.write = (text) => {
            look?.end();
            return screen.write(text);
          };
          return (await started()).workstation.open({ ...screen, write });
        },
        () => terminals.delete(session),
      );
      terminals.add(session);
    },
    setFiles(next) {
      recorder.files(next);
      pageFiles = next;
      files.set(next);
      images.set(next);
    },
    followFiles: (port) => void fileFollowers.push(port),
    followTraffic(port) {
      trafficFollowers.push(port);
      tellTraffic(port);
    },
    request: ask,
    stream: (request, port) => streamHost(async (signal) => fetchPage(await started(), request, signal), port),
    kubectl: (line) => doing({ do: 'kubectl', line }, (on) => on.kubectl(line)),
    async pause() {
      const { clock } = await moving();
      clock.pause();
      world?.clockChanged();
      // What was asked for in this moment is done, though time stands still.
      await clock.advance(0);
    },
    async resume() {
      (await started()).clock.resume();
      world?.clockChanged();
    },
    async step() {
      const stepped = await (await moving()).clock.step();
      world?.clockChanged();
      return stepped;
    },
    async setSpeed(speed) {
      (await started()).clock.speed = speed;
      world?.clockChanged();
    },
    async advance(duration) {
      await (await moving()).clock.advance(duration);
      world?.clockChanged();
    },
    async idle() {
      await (await moving()).idle();
      world?.clockChanged();
    },
    explain: async (namespace, name) => (await started()).explain(`${namespace}/${name}`),
    lifecycle: async (nodeName, uid) => (await started()).lifecycle(nodeName, uid),
    charts: lifecycleCharts,
    stopNode: (node) => doing({ do: 'stopNode', node }, (on) => on.nodes.stop(node)),
    startNode: (node) => doing({ do: 'startNode', node }, (on) => on.nodes.start(node)),
    beginTrouble: (trouble) => doing({ do: 'trouble', trouble }, (on) => void on.chaos.begin(trouble)),
    endTrouble: (id) => doing({ do: 'mend', id }, (on) => on.chaos.end(id)),
    crash: (pod, container) => doing({ do: 'crash', pod, container }, (on) => on.chaos.crash(pod, container)),
    addNode: (node) => doing({ do: 'addNode', node }, (on) => on.nodes.add(node)),
    removeNode: (node) => doing({ do: 'removeNode', node }, (on) => on.nodes.remove(node)),
    snapshot: async () => (await ready()).snapshot(),
    async log() {
      const { clock } = await ready();
      return recorder.log(clock.now());
    },
    async keep() {
      const on = await ready();
      const log = recorder.log(on.clock.now());
      return { cluster: await packCluster(await on.snapshot()), log };
    },
    async stop() {
      look?.end();
      await furnished;
      files.disconnect();
      for (const terminal of [...terminals]) terminal.dispose();
      await cluster?.stop();
      cluster = undefined;
    },
  };
}
