import type { Process, Program } from '@tabernetes/node-api';
import { aside, untilStopped } from './serve.ts';
import { websiteHandler } from './website-webhooks.ts';

const GROUP = 'demo.tabernetes.dev';
const MANAGER = 'website-operator';
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Where a Secret with the certificate of its webhooks is mounted; without it there are none. */
const CERTIFICATE = '/certs/tls.crt';
const KEY = '/certs/tls.key';

/** What is published: how many copies of a page with a greeting. */
interface Website {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
  };
  readonly spec?: { readonly page?: { readonly greeting?: string }; readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number; readonly observedGeneration?: number };
}

/**
 * tabernetes/website-operator: an operator as people write them, to learn from. It follows `websites.demo.tabernetes.dev/v2` with the
 * token of its Pod, gives each a Deployment and a Service by server-side apply, tells in the status how many copies are ready, and
 * serves its webhooks (`/validate`, `/mutate`, `/convert`) and an API of its own at port 9443.
 *
 *   Website ──watch──► reconcile ──apply──► Deployment, Service
 *      ▲                   ▲                     │
 *      └──── status ───────┴──────── watch ◄─────┘
 */
export const websiteOperator: Program = async (process) => {
  if (process.fs.exists(CERTIFICATE)) {
    const tls = { certificatePem: process.fs.readText(CERTIFICATE), keyPem: process.fs.readText(KEY) };
    process.net.serve(9443, websiteHandler(process), { tls });
  }
  const websites = `/apis/${GROUP}/v2/websites`;
  const deployments = `/apis/apps/v1/deployments?labelSelector=${encodeURIComponent(`app.kubernetes.io/managed-by=${MANAGER}`)}`;
  const changed = async (object: object): Promise<void> => {
    const { namespace, name } = (object as Website).metadata;
    const site = await call(process, 'GET', `/apis/${GROUP}/v2/namespaces/${namespace}/websites/${name}`);
    if (site.status === 200) await reconcile(process, site.object as unknown as Website);
  };
  aside(
    process,
    follow(process, websites, (site) => reconcile(process, site as Website)),
  );
  aside(process, follow(process, deployments, changed));
  await process.stdout.write('website-operator: started\n');
  return untilStopped(process, 0, 'website-operator: stopped');
};

/** Hands over every object that there is, and then every change, whatever goes wrong in between. */
async function follow(process: Process, path: string, onObject: (object: object) => Promise<void>): Promise<void> {
  while (!process.signal.aborted) {
    try {
      const { status, object } = await call(process, 'GET', path);
      if (status !== 200) throw new Error(String(object['message'] ?? status));
      for (const item of object['items'] as readonly object[]) await onObject(item);
      const { resourceVersion } = object['metadata'] as { readonly resourceVersion: string };
      await watch(
        process,
        `${path}${path.includes('?') ? '&' : '?'}watch=true&resourceVersion=${resourceVersion}`,
        onObject,
      );
    } catch (error) {
      if (process.signal.aborted) return;
      await process.stderr.write(
        `website-operator: ${path}: ${error instanceof Error ? error.message : String(error)}\n`,
      );
      await process.sleep(1000);
    }
  }
}

async function watch(process: Process, path: string, onObject: (object: object) => Promise<void>): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of (await send(process, 'GET', path)).body) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: object };
      // What is too old to be followed is listed again.
      if (type === 'ERROR') return;
      if (type === 'ADDED' || type === 'MODIFIED') await onObject(object);
    }
  }
}

/** Makes what a Website asks for; the same again changes nothing. */
async function reconcile(process: Process, { metadata, spec = {}, status = {} }: Website): Promise<void> {
  const { name, namespace, uid, generation, deletionTimestamp } = metadata;
  // What it owns goes with it.
  if (deletionTimestamp !== undefined) return;
  const { page: { greeting = '' } = {}, replicas = 1 } = spec;
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': MANAGER };
  const owner = { apiVersion: `${GROUP}/v2`, kind: 'Website', name, uid, controller: true, blockOwnerDeletion: true };
  const meta = { name, namespace, labels, ownerReferences: [owner] };
  const container = {
    name: 'web',
    image: 'hashicorp/http-echo:1.0',
    args: [`-text=${greeting}`],
    ports: [{ containerPort: 5678 }],
  };
  const deployment = await apply(process, `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta,
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  });
  await apply(process, `/api/v1/namespaces/${namespace}/services/${name}`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta,
    spec: { selector: labels, ports: [{ port: 80, targetPort: 5678 }] },
  });
  const { readyReplicas = 0 } = (deployment['status'] ?? {}) as { readonly readyReplicas?: number };
  if (status.readyReplicas === readyReplicas && status.observedGeneration === generation) return;
  const path = `/apis/${GROUP}/v2/namespaces/${namespace}/websites/${name}/status`;
  const next = { status: { readyReplicas, observedGeneration: generation } };
  await checked(call(process, 'PATCH', path, next, 'application/merge-patch+json'));
}

const apply = (process: Process, path: string, object: object): Promise<Record<string, unknown>> =>
  checked(call(process, 'PATCH', `${path}?fieldManager=${MANAGER}&force=true`, object, 'application/apply-patch+yaml'));

interface Answer {
  readonly status: number;
  readonly object: Record<string, unknown>;
}

async function checked(answer: Promise<Answer>): Promise<Record<string, unknown>> {
  const { status, object } = await answer;
  if (status >= 300) throw new Error(String(object['message'] ?? status));
  return object;
}

async function call(
  process: Process,
  method: string,
  path: string,
  body?: object,
  type = 'application/json',
): Promise<Answer> {
  const answer = await send(process, method, path, body, type);
  return { status: answer.status, object: JSON.parse(await answer.text()) as Record<string, unknown> };
}

/** Asks the API as the ServiceAccount of the Pod; its token is read each time, since it is renewed. */
const send = (process: Process, method: string, path: string, body?: object, type = 'application/json') =>
  process.net.fetch(`https://kubernetes.default.svc${path}`, {
    method,
    headers: { authorization: `Bearer ${process.fs.readText(`${ACCOUNT}/token`)}`, 'content-type': type },
    caPem: process.fs.readText(`${ACCOUNT}/ca.crt`),
    ...(body && { body: JSON.stringify(body) }),
  });
