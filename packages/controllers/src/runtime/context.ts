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
}
