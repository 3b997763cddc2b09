import type { HttpCall, HttpReply, Process } from '@tabernetes/node-api';
import { flag, json, target } from '../serve.ts';
import { klog, notes, serveTls, text } from './go-server.ts';

interface AdmissionRequest {
  readonly uid: string;
  readonly resource: { readonly resource: string };
  readonly subResource?: string;
  readonly name?: string;
  readonly operation: string;
  readonly object?: Reviewed | null;
  readonly oldObject?: Reviewed | null;
}

/** What the handlers look at of the objects that they are asked about. */
interface Reviewed {
  readonly metadata?: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly containers?: readonly Named[]; readonly initContainers?: readonly Named[] };
  /** Of PodAttachOptions. */
  readonly stdin?: boolean;
  readonly container?: string;
}

interface Named {
  readonly name: string;
}

interface Answer {
  readonly allowed: boolean;
  readonly status?: {
    readonly status?: string;
    readonly message?: string;
    readonly reason?: string;
    readonly code?: number;
  };
  /** A JSON patch. */
  readonly patch?: readonly object[];
}

type Admit = (request: AdmissionRequest, process: Process, call: HttpCall) => Answer | Promise<Answer>;

/**
 * A server of admission webhooks, which refuses and changes what tests tell it to.
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/test/images/agnhost/webhook
 */
export const webhook = (process: Process): Promise<number> =>
  serveTls(process, async (call) => {
    const { path } = target(call);
    if (path === '/readyz') return text('ok');
    const handler = Object.hasOwn(HANDLERS, path) ? HANDLERS[path] : undefined;
    return handler === undefined ? text('404 page not found\n', 404) : reviewed(process, call, handler);
  });

async function reviewed(process: Process, call: HttpCall, admit: Admit): Promise<HttpReply> {
  const contentType = call.headers['content-type'] ?? '';
  if (contentType !== 'application/json') {
    await klog(process, 'E', 'main.go:104', `contentType=${contentType}, expect application/json`);
    return { status: 200 };
  }
  const body = await call.text();
  await notes(process, 'main.go:108', `handling request: ${body}`);
  const undecoded = async (why: string): Promise<HttpReply> => {
    const message = `Request could not be decoded: ${why}`;
    await klog(process, 'E', 'main.go:114', message);
    return text(`${message}\n`, 400);
  };
  let review: { readonly apiVersion?: string; readonly kind?: string; readonly request?: AdmissionRequest };
  try {
    review = JSON.parse(body);
  } catch (error) {
    return undecoded(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
  const { apiVersion = '', kind = '', request } = review;
  if (kind !== 'AdmissionReview' || !/^admission\.k8s\.io\/v1(?:beta1)?$/.test(apiVersion) || request === undefined) {
    return undecoded(`no kind "${kind}" is registered for version "${apiVersion}"`);
  }
  const note = NOTES[target(call).path];
  if (note !== undefined) await notes(process, ...note);
  const { patch, ...answer } = await answered(admit, request, process, call);
  const changed = patch && { patch: btoa(JSON.stringify(patch)), patchType: 'JSONPatch' };
  return json({ kind, apiVersion, response: { uid: request.uid, ...answer, ...changed } });
}

/** What a handler makes of a request; one that is not for it is refused. */
async function answered(admit: Admit, ...given: Parameters<Admit>): Promise<Answer> {
  try {
    return await admit(...given);
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    return { allowed: false, status: { message: error.message } };
  }
}

/** What each handler says first, and where in upstream's source it does. */
const NOTES: Readonly<Record<string, readonly [place: string, text: string]>> = {
  '/always-allow-delay-5s': ['alwaysallow.go:29', 'always-allow-with-delay sleeping for 5 seconds'],
  '/always-deny': ['alwaysdeny.go:27', 'calling always-deny'],
  '/add-label': ['addlabel.go:41', 'calling add-label'],
  '/pods': ['pods.go:40', 'admitting pods'],
  '/pods/attach': ['pods.go:146', 'handling attaching pods'],
  '/mutating-pods': ['pods.go:119', 'mutating pods'],
  '/mutating-pods-sidecar': ['pods.go:119', 'mutating pods'],
  '/configmaps': ['configmap.go:37', 'admitting configmaps'],
  '/mutating-configmaps': ['configmap.go:77', 'mutating configmaps'],
  '/custom-resource': ['customresource.go:67', 'admitting custom resource'],
  '/mutating-custom-resource': ['customresource.go:37', 'mutating custom resource'],
  '/crd': ['crd.go:31', 'admitting crd'],
};

const HANDLERS: Readonly<Record<string, Admit>> = {
  '/always-allow-delay-5s': async (_, process) => {
    await process.sleep(5_000);
    await notes(process, 'alwaysallow.go:31', 'calling always-allow');
    return { allowed: true, status: { message: 'this webhook allows all requests' } };
  },
  '/always-deny': () => ({ allowed: false, status: { message: 'this webhook denies all requests' } }),
  '/add-label': ({ object }) => {
    const { labels = {} } = object?.metadata ?? {};
    const value = labels[ADDED_LABEL];
    if (value === 'yes') return ALLOWED;
    if (Object.keys(labels).length === 0) return patched('/metadata/labels', { [ADDED_LABEL]: 'yes' });
    return patched(`/metadata/labels/${ADDED_LABEL}`, 'yes', value === undefined ? 'add' : 'replace');
  },
  '/pods': async (request, _, call) => {
    const { metadata, spec } = demanded(request, 'pods');
    const problems: string[] = [];
    const wish = metadata?.labels?.[TEST_KEY];
    if (wish === 'webhook-disallow') problems.push('the pod contains unwanted label;');
    if (wish === 'wait-forever') await gone(call);
    for (const { name } of spec?.containers ?? []) {
      if (name.includes('webhook-disallow')) problems.push('the pod contains unwanted container name;');
    }
    return problems.length === 0 ? ALLOWED : { allowed: false, status: { message: problems.join(' ') } };
  },
  '/pods/attach': (request) => {
    if (request.name !== 'to-be-attached-pod') return ALLOWED;
    const options = demanded(request, 'pods');
    if (request.subResource !== 'attach') {
      throw new Unexpected(`expect subresource to be attach, got ${request.subResource ?? ''}`);
    }
    if (options.stdin !== true || options.container !== 'container1') return ALLOWED;
    return { allowed: false, status: { message: "attaching to pod 'to-be-attached-pod' is not allowed" } };
  },
  '/mutating-pods': (request) => {
    const { metadata, spec } = demanded(request, 'pods');
    const container = { image: 'webhook-added-image', name: 'webhook-added-init-container', resources: {} };
    if (metadata?.name !== 'webhook-to-be-mutated' || has(spec?.initContainers, container)) return ALLOWED;
    return patched('/spec/initContainers', [container]);
  },
  '/mutating-pods-sidecar': (request, process) => {
    const image = flag(process, 'sidecar-image') ?? '';
    if (image === '') {
      const message = 'No image specified by the sidecar-image parameter';
      return { allowed: false, status: { status: 'Failure', message, code: 500 } };
    }
    const container = { image, name: 'webhook-added-sidecar', resources: {} };
    if (has(demanded(request, 'pods').spec?.containers, container)) return ALLOWED;
    return patched('/spec/containers/-', container);
  },
  '/configmaps': (request) => wanted(request, demanded(request, 'configmaps'), 'configmap'),
  '/mutating-configmaps': (request) => staged(demanded(request, 'configmaps')),
  '/custom-resource': (request) => wanted(request, subject(request), 'custom resource'),
  '/mutating-custom-resource': (request) => staged(subject(request)),
  '/crd': (request) => {
    const { metadata } = demanded(request, 'customresourcedefinitions');
    if (metadata?.labels?.[TEST_KEY] !== 'webhook-disallow') return ALLOWED;
    return { allowed: false, status: { message: 'the crd contains unwanted label' } };
  },
};

const ALLOWED: Answer = { allowed: true };
const ADDED_LABEL = 'added-label';
const TEST_KEY = 'webhook-e2e-test';

const patched = (path: string, value: unknown, op = 'add'): Answer => ({ allowed: true, patch: [{ op, path, value }] });
const has = (containers: readonly Named[] | undefined, { name }: Named): boolean =>
  containers?.some((each) => each.name === name) ?? false;

const subject = ({ operation, object, oldObject }: AdmissionRequest): Reviewed =>
  (operation === 'DELETE' ? oldObject : object) ?? {};

class Unexpected extends Error {}

/** The object, of the resource that a handler is for. */
function demanded(request: AdmissionRequest, plural: string): Reviewed {
  if (request.resource.resource !== plural) throw new Unexpected(`expect resource to be /v1, Resource=${plural}`);
  return subject(request);
}

/** Refuses what tests mark as unwanted. */
function wanted({ operation }: AdmissionRequest, { data }: Reviewed, what: string): Answer {
  const wish = data?.[TEST_KEY];
  const unwanted = what === 'configmap' ? 'unwanted key and value' : 'unwanted data';
  if (wish === 'webhook-disallow' && (operation === 'CREATE' || operation === 'UPDATE')) {
    return { allowed: false, status: { reason: `the ${what} contains ${unwanted}` } };
  }
  if (wish !== 'webhook-nondeletable' || operation !== 'DELETE') return ALLOWED;
  const reason = `the ${what} cannot be deleted because it contains unwanted key and value`;
  return { allowed: false, status: { reason } };
}

/** One change after another, each by a webhook that has seen the one before. */
function staged({ data }: Reviewed): Answer {
  if (data?.['mutation-stage-1'] === 'yes') return patched('/data/mutation-stage-2', 'yes');
  return data?.['mutation-start'] === 'yes' ? patched('/data/mutation-stage-1', 'yes') : ALLOWED;
}

/** Resolves when the client has given up. */
const gone = ({ signal }: HttpCall): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
