import { kinds } from '@tabernetes/api';
import type { Event, Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject, Transport } from '@tabernetes/apimachinery';
import { type TestApiServer, testApiServer } from '@tabernetes/apiserver/testing';
import { type ClockControl, seededRng } from '@tabernetes/base';
import { type Client, createClient, createInformerFactory } from '@tabernetes/client';
import type { Scheduler, SchedulerOptions } from '../options.ts';
import { createScheduler } from '../scheduler.ts';

/** A scheduler beside a real API server, on virtual time. */
export interface Harness {
  readonly server: TestApiServer;
  readonly clock: ClockControl;
  readonly client: Client;
  readonly scheduler: Scheduler;
  readonly errors: unknown[];
  /** Creates in `default`, and lets happen what is due now. */
  create(...objects: readonly KubeObject[]): Promise<void>;
  pod(name: string): Promise<Pod>;
  /** `Warning FailedScheduling 0/3 …` of one object, in the order in which they were first recorded. */
  events(name: string): Promise<readonly string[]>;
  dispose(): void;
}

/** What becomes of a request before the server sees it: throw to fail it. */
export type Interceptor = (request: { readonly method: string; readonly path: string }) => void;

export async function startHarness(
  options: SchedulerOptions = {},
  intercept: Interceptor = () => undefined,
): Promise<Harness> {
  const server = await testApiServer();
  const { clock } = server;
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const transport: Transport = {
    async request(request) {
      intercept(request);
      return server.server.request(request);
    },
  };
  const client = createClient(transport, {
    user: { name: 'system:kube-scheduler', groups: ['system:masters'] },
    userAgent: 'kube-scheduler',
  });
  const informers = createInformerFactory({ client, clock, onError });
  const scheduler = createScheduler({ client, informers, clock, rng: seededRng(7), onError }, options);
  await scheduler.start();
  return {
    server,
    clock,
    client,
    scheduler,
    errors,
    async create(...objects) {
      for (const object of objects) {
        const [version = '', group = ''] = object.apiVersion.split('/').reverse();
        const kind = Object.values(kinds).find(
          (k) => k.kind === object.kind && k.group === group && k.version === version,
        );
        if (kind === undefined) throw new Error(`no kind ${object.apiVersion} ${object.kind}`);
        const path = `/${group === '' ? 'api' : `apis/${group}`}/${version}${kind.namespaced ? '/namespaces/default' : ''}`;
        const { status, refusal } = await server.send('POST', `${path}/${kind.plural}`, object);
        if (status >= 300) throw new Error(refusal.message);
      }
      await clock.advance(0);
    },
    pod: (name) => client.resource(kinds.pod).get(name, 'default'),
    async events(name) {
      await scheduler.flushEvents();
      const { items } = await client.resource(kinds.event).list({ namespace: 'default' });
      const order = ({ metadata }: Event): string => metadata.name?.split('.').at(-1) ?? '';
      return items
        .filter(({ involvedObject }) => involvedObject.name === name)
        .sort((a, b) => (order(a) < order(b) ? -1 : 1))
        .map(
          ({ type, reason, message, series }) => `${type} ${reason} ${message}${series ? ` (x${series.count})` : ''}`,
        );
    },
    dispose() {
      scheduler.dispose();
      informers.dispose();
      server.dispose();
    },
  };
}
