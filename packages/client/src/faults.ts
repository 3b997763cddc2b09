import {
  type ApiRequest,
  type ApiResponse,
  failure,
  type StatusReason,
  type Transport,
  type WatchSource,
} from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';

/** What goes wrong with a request. */
export type Fault =
  /** It is refused and does nothing. 409, 429, 500, 503 and 504 say what they mean; others are an InternalError. */
  | { readonly kind: 'refuse'; readonly code: number }
  /** It is done, and the answer is lost: the caller hears 504. Of a watch: it is refused. */
  | { readonly kind: 'loseAnswer' }
  /** It takes so much longer. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** A watch ends so long after it has begun, and one that is open so long after the rule has. Other requests are left alone. */
  | { readonly kind: 'dropWatch'; readonly afterMs: number };

/** Which requests a rule is about. All that is given must hold. */
export interface FaultMatch {
  /** The component, by its user agent: `kube-scheduler`, `kube-controller-manager`, `kubelet`. */
  readonly component?: string;
  /** `system:node:node-1`, in process. */
  readonly user?: string;
  /** `GET`, `PUT`, … */
  readonly methods?: readonly string[];
  readonly path?: RegExp;
}

export interface FaultRule {
  /** Default: every request. */
  readonly match?: FaultMatch;
  /** Of each request that matches, 0 to 1. Default 1. */
  readonly probability?: number;
  /** After so many the rule does nothing more. Default: no end. */
  readonly times?: number;
  readonly fault: Fault;
}

/** Things that go wrong between components and their API, by rules. */
export interface Faults {
  /** Holds from the next request on, until it is disposed. The first rule that strikes is the one that counts. */
  add(rule: FaultRule): Disposable;
  /** How many faults have struck. */
  readonly struck: number;
  /** The same transport, with the faults of the rules. Without rules it costs nothing. */
  around(transport: Transport): Transport;
}

export interface FaultDeps {
  readonly clock: Clock;
  readonly rng: Rng;
}

export function createFaults({ clock, rng }: FaultDeps): Faults {
  const rules = new Set<Active>();
  const watches = new Set<OpenWatch>();
  let struck = 0;

  const hits = (rule: Active, request: ApiRequest): boolean => {
    if (rule.left <= 0 || !matches(rule, request)) return false;
    if (rule.probability < 1 && rng.float() >= rule.probability) return false;
    rule.left--;
    struck++;
    return true;
  };
  const strikes = (request: ApiRequest): Fault | undefined => {
    for (const rule of rules) {
      if (rule.fault.kind === 'dropWatch' && !isWatch(request)) continue;
      if (hits(rule, request)) return rule.fault;
    }
    return undefined;
  };
  const drop = (watch: OpenWatch, afterMs: number): void => {
    watch.timer?.dispose();
    // Nobody waits for what goes wrong.
    watch.timer = clock.setTimer(afterMs, watch.end, { background: true });
  };

  /** The same watch, in the list of those that can be dropped while it is open. */
  const listed = (request: ApiRequest, response: ApiResponse, afterMs?: number): ApiResponse => {
    if (response.body.kind !== 'watch') return response;
    const { watch } = response.body;
    const start: WatchSource['start'] = (sink) => {
      // A watch may end while it is being started.
      let stop: (() => void) | undefined;
      const leave = (): void => {
        open.timer?.dispose();
        watches.delete(open);
      };
      const close = (): void => {
        leave();
        stop?.();
      };
      const open: OpenWatch = {
        request,
        timer: undefined,
        end() {
          close();
          sink.end();
        },
      };
      watches.add(open);
      if (afterMs !== undefined) drop(open, afterMs);
      stop = watch.start({
        next: (event) => sink.next(event),
        end() {
          leave();
          sink.end();
        },
      });
      return close;
    };
    return { ...response, body: { ...response.body, watch: { start } } };
  };

  const passed = (transport: Transport, request: ApiRequest): Promise<ApiResponse> =>
    isWatch(request)
      ? transport.request(request).then((response) => listed(request, response))
      : transport.request(request);

  const faulty = async (transport: Transport, request: ApiRequest, fault: Fault): Promise<ApiResponse> => {
    switch (fault.kind) {
      case 'refuse':
        return refused(fault.code);
      case 'loseAnswer':
        if (!isWatch(request)) await transport.request(request);
        return refused(504);
      case 'delay':
        await clock.sleep(fault.delayMs, request.signal);
        return passed(transport, request);
      case 'dropWatch':
        return listed(request, await transport.request(request), fault.afterMs);
    }
  };

  return {
    add({ match = {}, probability = 1, times = Number.POSITIVE_INFINITY, fault }) {
      const rule: Active = { match, probability, fault, left: times };
      rules.add(rule);
      if (fault.kind === 'dropWatch')
        for (const watch of [...watches]) if (hits(rule, watch.request)) drop(watch, fault.afterMs);
      return { dispose: () => void rules.delete(rule) };
    },
    get struck() {
      return struck;
    },
    around: (transport) => ({
      request(request) {
        const fault = rules.size === 0 ? undefined : strikes(request);
        return fault === undefined ? passed(transport, request) : faulty(transport, request, fault);
      },
    }),
  };
}

interface Active {
  readonly match: FaultMatch;
  readonly probability: number;
  readonly fault: Fault;
  left: number;
}

interface OpenWatch {
  readonly request: ApiRequest;
  timer: Disposable | undefined;
  readonly end: () => void;
}

const isWatch = ({ query }: ApiRequest): boolean => query['watch'] === 'true' || query['watch'] === '1';

function matches({ match: { component, user, methods, path } }: Active, request: ApiRequest): boolean {
  if (component !== undefined && request.headers['user-agent'] !== component) return false;
  if (user !== undefined && request.user?.name !== user) return false;
  if (methods !== undefined && !methods.includes(request.method)) return false;
  return path === undefined || path.test(request.path);
}

const REASONS: Readonly<Record<number, readonly [StatusReason, string]>> = {
  409: ['Conflict', 'the object has been modified; please apply your changes to the latest version and try again'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
};

function refused(code: number): ApiResponse {
  const [reason, message] = REASONS[code] ?? [
    'InternalError',
    'an error on the server has prevented the request from succeeding',
  ];
  return { status: code, headers: {}, body: { kind: 'object', object: failure(code, reason, message).status } };
}
