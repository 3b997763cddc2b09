import { type Clock, fetchedOnce, type Rng } from '@tabernetes/base';
import type { CertificateAuthority } from '@tabernetes/controllers';

/** Who signs for a cluster, with a curve that is fetched when somebody first needs it. */
export interface LateAuthority {
  fetched(): Promise<CertificateAuthority>;
  /** @throws {Error} as long as nobody has waited for {@link fetched} */
  readonly atHand: CertificateAuthority;
}

/** @param rng of the seed alone: what was signed before a restore is good after it */
export function lateAuthority(clock: Pick<Clock, 'hold'>, rng: Rng): LateAuthority {
  const fetched = fetchedOnce(clock, async () =>
    (await import('@tabernetes/controllers/late/authority')).certificateAuthority(rng),
  );
  let atHand: CertificateAuthority | undefined;
  return {
    async fetched() {
      atHand = await fetched();
      return atHand;
    },
    get atHand() {
      if (atHand === undefined) throw new Error('the certificate authority has not been fetched');
      return atHand;
    },
  };
}
