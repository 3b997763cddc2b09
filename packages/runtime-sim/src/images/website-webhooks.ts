import type { HttpHandler, HttpReply, Process } from '@tabernetes/node-api';
import { json, target } from './serve.ts';

interface Website {
  readonly apiVersion: string;
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    /** v1 */
    readonly greeting?: string;
    /** v2 */
    readonly page?: { readonly greeting?: string };
    readonly replicas?: number;
  };
}

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: {
    readonly uid: string;
    readonly object?: Website;
    readonly objects?: readonly Website[];
    readonly desiredAPIVersion?: string;
  };
}

const STATS = '/apis/stats.demo.tabernetes.dev/v1';

/** What the operator answers to the API server: reviews, and an API of its own that counts them. */
export function websiteHandler(process: Process): HttpHandler {
  const counts: Record<string, number> = { validate: 0, mutate: 0, convert: 0 };
  return async (call) => {
    const { path } = target(call);
    if (path === STATS) return json(STATS_RESOURCES);
    if (path === `${STATS}/reviews`) return json(reviewCounts(counts));
    const name = path.slice(1);
    const answer = Object.hasOwn(ANSWERS, name) ? ANSWERS[name] : undefined;
    if (answer === undefined) return json({ message: 'not found' }, 404);
    counts[name] = (counts[name] ?? 0) + 1;
    const { apiVersion, kind, request } = JSON.parse(await call.text()) as Review;
    await process.stdout.write(`website-operator: ${name}\n`);
    const reply: HttpReply = json({ apiVersion, kind, response: { uid: request.uid, ...answer(request) } });
    return reply;
  };
}

const ANSWERS: Readonly<Record<string, (request: Review['request']) => object>> = {
  validate({ object }) {
    const greeting = object?.spec?.page?.greeting ?? object?.spec?.greeting ?? '';
    if (greeting !== '') return { allowed: true };
    return { allowed: false, status: { code: 422, reason: 'Invalid', message: 'a website needs a greeting' } };
  },
  mutate({ object }) {
    const labels = { ...object?.metadata.labels, 'demo.tabernetes.dev/reviewed': 'true' };
    const patch = [{ op: 'add', path: '/metadata/labels', value: labels }];
    return { allowed: true, patchType: 'JSONPatch', patch: btoa(JSON.stringify(patch)) };
  },
  convert({ objects = [], desiredAPIVersion = '' }) {
    const convertedObjects = objects.map((object) => converted(object, desiredAPIVersion));
    return { result: { status: 'Success' }, convertedObjects };
  },
};

/** v1 has the greeting itself, v2 a page with one. */
function converted(object: Website, apiVersion: string): object {
  const { greeting, page, ...spec } = object.spec ?? {};
  const text = page?.greeting ?? greeting;
  const own = apiVersion.endsWith('/v1') ? { greeting: text } : { page: { greeting: text } };
  return { ...object, apiVersion, spec: { ...spec, ...own } };
}

const STATS_RESOURCES = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: 'stats.demo.tabernetes.dev/v1',
  resources: [{ name: 'reviews', singularName: 'review', namespaced: false, kind: 'Review', verbs: ['list'] }],
};

const reviewCounts = (counts: Readonly<Record<string, number>>): object => ({
  kind: 'ReviewList',
  apiVersion: 'stats.demo.tabernetes.dev/v1',
  metadata: {},
  items: Object.entries(counts).map(([name, count]) => ({ metadata: { name }, count })),
});
