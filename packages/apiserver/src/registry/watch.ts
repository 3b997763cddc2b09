import {
  type ApiResponse,
  canonical,
  expired,
  type KubeObject,
  StatusError,
  type WatchEvent,
  type WatchSink,
  type WatchSource,
} from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import { StoreError, type StoreEvent, type StoreWatch } from '@tabernetes/storage';
import type { Resource } from '../kinds.ts';
import { type ListOptions, listOptions } from '../list-options.ts';
import type { RequestScope } from '../request-scope.ts';
import type { OpenWatch } from '../server-context.ts';
import { readAtLeast } from './fresh.ts';
import { initialEventsEnd } from './initial-events.ts';
import { keyOf, keyRoot } from './keys.ts';
import { type ListPage, listPage } from './list.ts';
import { type Predicate, predicate } from './predicate.ts';
import { parseResourceVersion } from './resource-version.ts';
import { atDeletion, fromStored, shownSoon } from './versions.ts';
import { watchTransform } from './watch-transform.ts';

/** GET with `watch`. @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export async function watchObjects(scope: RequestScope): Promise<ApiResponse> {
  const { info, request, definition } = scope;
  const options = listOptions(request.query, info.legacyWatch);
  const wanted = predicate(definition, options.labelSelector, options.fieldSelector, info.pathName);
  const transform = watchTransform(scope);
  const plan = await watchPlan(scope, options, wanted);
  const source: WatchSource = {
    start(sink) {
      const watch = new Watch(scope, options, wanted, transform, sink);
      watch.run(plan);
      return watch.stop;
    },
  };
  return {
    status: 200,
    headers: {},
    ...(scope.warnings.length > 0 && { warnings: scope.warnings }),
    body: { kind: 'watch', watch: source, format: scope.output.format },
  };
}

/** Where a watch begins: with these objects, then what happens after the revision. Or with a refusal. */
interface WatchPlan {
  readonly initial: readonly KubeObject[];
  readonly after: number;
  /** Initial objects are followed by a bookmark that says so. */
  readonly marksInitialEnd: boolean;
  readonly problem?: StatusError;
}

async function watchPlan(scope: RequestScope, options: ListOptions, wanted: Predicate): Promise<WatchPlan> {
  const { server, resource, namespace } = scope;
  const { sendInitialEvents, allowWatchBookmarks } = options;
  const version = parseResourceVersion(options.resourceVersion);
  const wantsInitial = sendInitialEvents ?? version === 0;
  if (!wantsInitial && version > 0) return { initial: [], after: version, marksInitialEnd: false };
  if (!wantsInitial) {
    const { revision } = await server.store.status();
    return { initial: [], after: revision, marksInitialEnd: false };
  }
  const read = () => listPage(server, resource, namespace, wanted, LATEST);
  let page: ListPage;
  try {
    page = await readAtLeast(server, version, scope.request.signal, read);
  } catch (problem) {
    // The stream begins, and ends with this.
    if (!(problem instanceof StatusError)) throw problem;
    return { initial: [], after: 0, marksInitialEnd: false, problem };
  }
  const marksInitialEnd = sendInitialEvents === true && allowWatchBookmarks;
  return { initial: page.items, after: page.revision, marksInitialEnd };
}

const LATEST: ListOptions = {
  labelSelector: '',
  fieldSelector: '',
  watch: false,
  allowWatchBookmarks: false,
  resourceVersion: '',
  resourceVersionMatch: '',
  limit: 0,
  continue: '',
  timeoutSeconds: undefined,
  sendInitialEvents: undefined,
};

/** One running watch. Everything is delivered synchronously, in the order of revisions. */
class Watch implements OpenWatch {
  readonly resource: Resource;
  readonly #scope: RequestScope;
  readonly #options: ListOptions;
  readonly #wanted: Predicate;
  readonly #transform: (object: KubeObject) => KubeObject;
  readonly #sink: WatchSink;
  #store: StoreWatch | undefined;
  #deadline: Disposable | undefined;
  #bookmarks: Disposable | undefined;
  /** When it is over, on the cluster's clock. */
  #endMs = 0;
  #ended = false;
  /** Settles when the events that wait to be converted are delivered; it never rejects but by a defect. */
  #converting: Promise<void> | undefined;
  /** The latest revision that the watcher knows of. */
  #last = 0;

  constructor(
    scope: RequestScope,
    options: ListOptions,
    wanted: Predicate,
    transform: (object: KubeObject) => KubeObject,
    sink: WatchSink,
  ) {
    this.#scope = scope;
    this.resource = scope.resource;
    this.#options = options;
    this.#wanted = wanted;
    this.#transform = transform;
    this.#sink = sink;
  }

  run({ initial, after, marksInitialEnd, problem }: WatchPlan): void {
    const { server, request } = this.#scope;
    if (request.signal?.aborted) return;
    this.#last = after;
    // Its time was over before it began.
    if ((this.#options.timeoutSeconds ?? 0) < 0) this.dispose();
    if (this.#ended) return;
    server.watches.add(this);
    request.signal?.addEventListener('abort', this.stop, { once: true });
    if (problem !== undefined) this.#fail(problem);

    for (const object of initial) this.#send({ type: 'ADDED', object: this.#transform(object) });
    if (marksInitialEnd)
      this.#send({ type: 'BOOKMARK', object: this.#transform(initialEventsEnd(this.#scope, after)) });
    if (this.#ended) return;

    const timeoutMs = timeoutOf(this.#scope, this.#options);
    this.#endMs = server.clock.now() + timeoutMs;
    this.#deadline = server.clock.setTimer(timeoutMs, () => this.dispose(), { background: true });
    if (this.#options.allowWatchBookmarks) this.#scheduleBookmark();
    this.#follow(after);
  }

  /** Stops without a word to the sink. */
  readonly stop = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#store?.dispose();
    this.#deadline?.dispose();
    this.#bookmarks?.dispose();
    const { server, request } = this.#scope;
    server.watches.delete(this);
    request.signal?.removeEventListener('abort', this.stop);
  };

  /** Ends the watch from the server's side. */
  dispose(): void {
    if (this.#ended) return;
    this.stop();
    this.#sink.end();
  }

  #follow(after: number): void {
    const { server, resource, namespace } = this.#scope;
    const { name } = this.#wanted;
    const isOne = name !== undefined && (namespace !== '' || !resource.definition.namespaced);
    const prefix = isOne ? keyOf(resource, namespace, name) : keyRoot(resource, namespace);
    try {
      const watch = server.store.watch({ prefix, startRevision: after + 1, onEvents: this.#onEvents });
      if (this.#ended) watch.dispose();
      else this.#store = watch;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'compacted') throw error;
      this.#fail(expired(`too old resource version: ${after} (${error.revision - 1})`));
    }
  }

  readonly #onEvents = (events: readonly StoreEvent<KubeObject>[]): void => {
    if (this.resource.definition.storedAs?.convert !== undefined) {
      this.#converting = (this.#converting ?? Promise.resolve()).then(() => this.#deliverConverted(events));
      return;
    }
    for (const event of events) {
      if (this.#ended) return;
      this.#last = event.revision;
      this.#deliver(event);
    }
  };

  /** Where somebody else converts, events wait for that, and for those before them. */
  async #deliverConverted(events: readonly StoreEvent<KubeObject>[]): Promise<void> {
    for (const event of events) {
      if (this.#ended) return;
      const { kv, previous } = event;
      try {
        await shownSoon(this.resource, previous === undefined ? [kv.value] : [kv.value, previous.value]);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        // Who watches lists again, and is told there.
        this.#fail(error);
        return;
      }
      if (this.#ended) return;
      this.#last = event.revision;
      this.#deliver(event);
    }
  }

  #deliver({ type, kv, previous, revision }: StoreEvent<KubeObject>): void {
    const { resource } = this.#scope;
    const wanted = this.#wanted;
    if (type === 'delete') {
      const last = atDeletion(resource, kv.value, revision);
      if (wanted.empty || wanted.matches(last)) this.#send({ type: 'DELETED', object: this.#transform(last) });
      return;
    }
    const object = fromStored(resource, kv.value);
    if (wanted.empty) {
      this.#send({ type: previous === undefined ? 'ADDED' : 'MODIFIED', object: this.#transform(object) });
      return;
    }
    const was = previous !== undefined && wanted.matches(fromStored(resource, previous.value));
    if (wanted.matches(object)) {
      this.#send({ type: was ? 'MODIFIED' : 'ADDED', object: this.#transform(object) });
    } else if (was) {
      // To this watcher it is gone, as it last saw it.
      const last = atDeletion(resource, previous.value, revision);
      this.#send({ type: 'DELETED', object: this.#transform(last) });
    }
  }

  #send(event: WatchEvent): void {
    if (this.#ended) return;
    try {
      this.#sink.next(event);
    } catch (error) {
      // A sink that throws must not break the write that caused the event.
      this.#scope.server.report(error, this.#scope.request);
      this.dispose();
    }
  }

  #fail(problem: StatusError): void {
    this.#send({ type: 'ERROR', object: problem.status });
    this.dispose();
  }

  /** Now and then, and shortly before the end, so that the watcher knows of the present then. */
  #scheduleBookmark(): void {
    const { server } = this.#scope;
    const leftMs = this.#endMs - BOOKMARK_BEFORE_END_MS - server.clock.now();
    if (leftMs <= 0) return;
    this.#bookmarks = server.clock.setTimer(
      Math.min(server.bookmarkIntervalMs, leftMs),
      () => {
        this.#scheduleBookmark();
        void this.#bookmark();
      },
      { background: true },
    );
  }

  async #bookmark(): Promise<void> {
    const { server, request } = this.#scope;
    try {
      const { revision } = await server.store.status();
      if (this.#converting !== undefined) await this.#converting;
      // Events are delivered as they are committed, so the watcher has seen everything up to here.
      this.#last = Math.max(this.#last, revision);
      this.#send({ type: 'BOOKMARK', object: this.#transform(bookmark(this.#scope, this.#last)) });
    } catch (error) {
      server.report(error, request);
    }
  }
}

/** As upstream's watch cache does it: clients whose watch is about to end need not read again what they know. */
const BOOKMARK_BEFORE_END_MS = 2_000;

/** An object with nothing but a resourceVersion. */
function bookmark({ definition, resource }: RequestScope, revision: number): KubeObject {
  const draft = {
    kind: definition.kind,
    apiVersion: resource.apiVersion,
    metadata: { resourceVersion: String(revision), creationTimestamp: null },
  };
  return canonical(definition.schema, draft as unknown as KubeObject);
}

/** As long as asked for, else between one and two `minRequestTimeoutMs`, so that not all watches end at once. */
function timeoutOf({ server }: RequestScope, { timeoutSeconds }: ListOptions): number {
  if (timeoutSeconds !== undefined && timeoutSeconds > 0) return timeoutSeconds * 1000;
  return Math.round(server.minRequestTimeoutMs * (1 + server.rng.float()));
}
