import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { connectHttp } from '@tabernetes/worker/connect';
import type { ClusterHost } from '@tabernetes/worker/host';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { HttpsServer } from './https-server.ts';
import { imagesOfDirectory } from './image-directory.ts';
import type { ServeOptions } from './serve-options.ts';
import { parseTokenAuthFile, type TokenUser } from './token-auth-file.ts';

export interface ServeOutput {
  /** Called once, with the line that says that the cluster is ready. */
  ready(line: string): void;
  warn(line: string): void;
}

/**
 * Serves a cluster until SIGINT or SIGTERM. A worker thread hosts the cluster, so that nothing that happens in it keeps
 * this thread from accepting connections and signals.
 */
export async function serve(options: ServeOptions, output: ServeOutput): Promise<void> {
  const stopped = stopSignal();
  const users = await tokenUsers(options.tokenAuthFile);
  const [admin] = users;
  if (admin === undefined) throw new Error(`--token-auth-file ${options.tokenAuthFile}: no user in it`);

  const images = options.images === undefined ? undefined : await imagesOfDirectory(options.images);

  // It reads what it runs while we read what we need ourselves and make the certificate, each on a processor of its own.
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { state: options.state } });
  const died = new Promise<never>((_, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the cluster's worker ended with code ${code}`)));
  });
  died.catch(() => undefined); // told to whoever waits at that moment
  const host = Comlink.wrap<ClusterHost>(nodeEndpoint(worker));
  const { port1, port2 } = new MessageChannel();
  let server: HttpsServer | undefined;
  try {
    const { servingCertificate } = await import('./certificate.ts');
    const hosts = [...new Set(['127.0.0.1', 'localhost', options.host, '10.96.0.1', 'kubernetes.default.svc'])];
    const certificate = await servingCertificate(hosts, new Date());
    const started = host.start({
      nodes: options.nodes,
      seed: options.seed,
      clock: 'real',
      speed: options.speed,
      // Five minutes of who asks, however fast the cluster's time goes.
      compactionIntervalMs: 300_000 * Math.max(1, options.speed),
      keepsUp: true,
      kubelet: options.kubelet,
      latency: options.latency,
      ...(options.nodeCapacity && { nodeCapacity: options.nodeCapacity }),
      preloadedImages: options.preloadedImages,
      addons: options.addons,
      ...(images && { images }),
      rootCA: certificate.ca,
      tokens: users,
    });
    started.catch(() => undefined); // looked at below
    const [{ httpsServer }, { kubeconfig, writeKubeconfig }] = await Promise.all([
      import('./https-server.ts'),
      import('./kubeconfig.ts'),
    ]);
    // Whoever does not want to wait for the start need not.
    const begun = await Promise.race([started.then(() => true), died, stopped.then(() => false)]);
    if (!begun) return;

    await host.serveHttp(Comlink.transfer(port2, [port2]));
    server = await httpsServer(connectHttp(port1), {
      host: options.host,
      port: options.port,
      certificate,
    });
    const url = `https://${options.host.includes(':') ? `[${options.host}]` : options.host}:${server.port}`;
    await writeKubeconfig(
      options.kubeconfig,
      kubeconfig({ server: url, ca: certificate.ca, user: admin.user.name, token: admin.token }),
    );
    output.ready(`tabernetes is ready at ${url}, kubeconfig ${options.kubeconfig}`);

    await Promise.race([stopped, died]);
    worker.removeAllListeners('exit');
    // A kept cluster has written down every write by now, so a worker that is too busy to stop loses nothing.
    await Promise.race([host.stop(), setTimeout(STOP_GRACE_MS, undefined, { ref: false })]);
  } finally {
    await server?.close();
    port1.close();
    await worker.terminate();
  }
}

/** How long a stopping cluster may take, in milliseconds. */
const STOP_GRACE_MS = 2000;

/** The users of the file, or one administrator with a fresh token. */
async function tokenUsers(file: string | undefined): Promise<readonly TokenUser[]> {
  if (file !== undefined) return parseTokenAuthFile(await readFile(file, 'utf8'));
  const token = randomBytes(24).toString('base64url');
  return [{ token, user: { name: 'kubernetes-admin', groups: ['system:masters'] } }];
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
