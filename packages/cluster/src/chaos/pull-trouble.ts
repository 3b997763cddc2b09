import type { Clock } from '@tabernetes/base';
import { type ImageReference, type ImageSource, parseReference, unreachableRegistry } from '@tabernetes/runtime-sim';

/** What is wrong with pulls, by the image as somebody wrote it; empty: every image. */
export interface PullTrouble {
  readonly failing: ReadonlySet<string>;
  /** Milliseconds. */
  readonly slow: ReadonlyMap<string, number>;
}

/** A source of images whose registries can be slow, or gone. */
export function troubledSource(source: ImageSource, clock: Clock, trouble: PullTrouble): ImageSource {
  return {
    async find(reference, auth) {
      for (const image of trouble.failing) if (isMeant(image, reference)) throw unreachableRegistry(reference);
      let delayMs = 0;
      for (const [image, ms] of trouble.slow) if (isMeant(image, reference)) delayMs = Math.max(delayMs, ms);
      if (delayMs > 0) await clock.sleep(delayMs);
      return source.find(reference, auth);
    },
  };
}

function isMeant(image: string, { canonical, registry, repository }: ImageReference): boolean {
  if (image === '') return true;
  const asked = parseReference(image);
  if (asked.canonical === canonical) return true;
  const isBare = !/[:@][^/]*$/.test(image);
  return isBare && asked.registry === registry && asked.repository === repository;
}
