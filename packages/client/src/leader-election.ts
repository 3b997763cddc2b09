import type { Lease } from '@tabernetes/api/types/coordination-v1';
import { StatusError } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type { Client } from './client.ts';
import type { ResourceReference } from './resource.ts';

/** Durations are client-go's defaults for the core components. */
export interface LeaderElectionOptions {
  readonly namespace: string;
  /** The Lease's name: `kube-scheduler`. */
  readonly name: string;
  /** Who we are; must differ between candidates. */
  readonly identity: string;
  /** How long others wait for a leader that does not renew. Default 15,000. */
  readonly leaseDurationMs?: number;
  /** How long a leader tries to renew before it gives up. Default 10,000. */
  readonly renewDeadlineMs?: number;
  /** Between two tries. Default 2,000. */
  readonly retryPeriodMs?: number;
  onStartedLeading(): void;
  /** Called once: the candidate is out, and must be started anew to run again. */
  onStoppedLeading(): void;
}

export interface LeaderElectionDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly rng: Rng;
}

/**
 * Takes part in an election by Lease until disposed. A candidate trusts its own clock only: it takes a lease over when
 * it has seen the same record for the whole lease duration, whatever times the record holds. Disposing a leader gives the lease up, so that the next one need not wait.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/client-go/tools/leaderelection/leaderelection.go
 */
export function electLeader({ client, clock, rng }: LeaderElectionDeps, options: LeaderElectionOptions): Disposable {
  const { namespace, name, identity } = options;
  const { leaseDurationMs = 15_000, renewDeadlineMs = 10_000, retryPeriodMs = 2_000 } = options;
  const leases = client.resource(LEASES);
  let observed: { readonly record: string; readonly atMs: number } | undefined;
  let leading = false;
  let renewedMs = 0;
  let over = false;
  let timer: Disposable | undefined;

  const stopLeading = (): void => {
    if (over) return;
    over = true;
    timer?.dispose();
    if (leading) options.onStoppedLeading();
    leading = false;
  };
  const tryOnce = async (): Promise<boolean> => {
    const now = micro(clock.now());
    const found = await leases.get(name, namespace).catch(absent);
    if (found === undefined) {
      const spec = record(identity, leaseDurationMs, now, now, 0);
      await leases.create({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace }, spec });
      return true;
    }
    const seen = JSON.stringify(found.spec ?? {});
    if (observed?.record !== seen) observed = { record: seen, atMs: clock.now() };
    const holder = found.spec?.holderIdentity ?? '';
    const mine = holder === identity;
    if (!mine && holder !== '' && clock.now() < observed.atMs + (found.spec?.leaseDurationSeconds ?? 0) * 1000)
      return false;
    const transitions = (found.spec?.leaseTransitions ?? 0) + (mine ? 0 : 1);
    const acquired = mine ? (found.spec?.acquireTime ?? now) : now;
    const updated = await leases.update({
      ...found,
      spec: record(identity, leaseDurationMs, acquired, now, transitions),
    });
    observed = { record: JSON.stringify(updated.spec ?? {}), atMs: clock.now() };
    return true;
  };
  const turn = async (): Promise<void> => {
    // Somebody else wrote first, or the server is away: both mean that we did not get it this time.
    const got = await tryOnce().catch((error) => {
      if (error instanceof StatusError) return false;
      throw error;
    });
    if (over) return;
    if (got) {
      renewedMs = clock.now();
      if (!leading) {
        leading = true;
        options.onStartedLeading();
      }
    } else if (leading && clock.now() - renewedMs >= renewDeadlineMs) {
      stopLeading();
      return;
    }
    const jitterMs = leading ? 0 : Math.floor(rng.float() * 1.2 * retryPeriodMs);
    timer = clock.setTimer(retryPeriodMs + jitterMs, () => void turn(), { background: true });
  };
  const release = async (): Promise<void> => {
    const found = await leases.get(name, namespace).catch(absent);
    if (found?.spec?.holderIdentity !== identity) return;
    const now = micro(clock.now());
    const spec = { ...record('', 1000, now, now, found.spec.leaseTransitions ?? 0) };
    await leases.update({ ...found, spec }).catch(absent);
  };

  void turn();
  return {
    dispose() {
      const held = leading;
      stopLeading();
      if (held) void release();
    },
  };
}

const LEASES: ResourceReference<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

const record = (
  holderIdentity: string,
  leaseDurationMs: number,
  acquireTime: string,
  renewTime: string,
  leaseTransitions: number,
): NonNullable<Lease['spec']> => ({
  holderIdentity,
  leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
  acquireTime,
  renewTime,
  leaseTransitions,
});

/** metav1.MicroTime */
const micro = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

function absent(error: unknown): undefined {
  if (error instanceof StatusError) return undefined;
  throw error;
}
