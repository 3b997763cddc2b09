import type { KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Rng } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { ServiceDialer } from '../service-dialer.ts';

/** What the extensions of one server need. */
export interface ExtensionsDeps {
  readonly store: Store<KubeObject>;
  readonly clock: Clock;
  readonly rng: Rng;
  /** What reaches webhooks and servers of other APIs; absent: nothing does. */
  readonly dialer?: ServiceDialer | undefined;
  /** Is told of what should not happen: the server refuses its own writes. */
  readonly onError: (error: unknown) => void;
}
