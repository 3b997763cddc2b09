import type { Clock, Rng } from '@tabernetes/base';
import type { Client, InformerFactory } from '@tabernetes/client';

/** What every controller is made from. */
export interface ControllerContext {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly onError: (error: unknown) => void;
  /** Resolves when the caches have seen what `client` has written. */
  readonly caughtUp: () => Promise<void>;
  /**
   * How soon a key may be reconciled again, in milliseconds: what changes in between is looked at together, so that a thousand Pods
   * that become ready do not cost a thousand looks at a thousand Pods. Default 0.
   */
  readonly batchMs?: number;
}
