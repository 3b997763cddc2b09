import type { Clock } from '@tabernetes/base';
import type { ContainerRuntime } from '@tabernetes/node-api';

export interface ImageCollectorDeps {
  readonly clock: Clock;
  readonly runtime: Pick<ContainerRuntime, 'images' | 'removeImage'>;
  /** Names (identifiers or digests) of the images that containers were made of. */
  readonly inUse: () => ReadonlySet<string>;
  /** An event of the node. */
  readonly warn: (reason: string, message: string) => void;
}

/** Takes images off the node that no container uses, those first that were not used for the longest time. */
export interface ImageCollector {
  /** Bytes of all images. */
  bytes(): number;
  /** Looks which images are used. When more than 85 % of the disk is taken, frees down to 80 %. Bytes. */
  collect(usedBytes: number, capacityBytes: number): void;
  /** The disk is short: removes all that are not used. */
  removeUnused(): void;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/images/image_gc_manager.go */
export function createImageCollector({ clock, runtime, inUse, warn }: ImageCollectorDeps): ImageCollector {
  const records = new Map<string, { readonly firstSeenMs: number; lastUsedMs: number }>();
  let hasFailed = false;
  // What is there when the kubelet starts is as old as anything.
  look(Number.NEGATIVE_INFINITY);

  function look(firstSeenMs: number): void {
    const used = inUse();
    const now = clock.now();
    const present = new Set<string>();
    for (const { id, repoDigests } of runtime.images()) {
      present.add(id);
      const record = records.get(id) ?? { firstSeenMs, lastUsedMs: Number.NEGATIVE_INFINITY };
      if (used.has(id) || repoDigests.some((digest) => used.has(digest))) record.lastUsedMs = now;
      records.set(id, record);
    }
    for (const id of records.keys()) if (!present.has(id)) records.delete(id);
  }

  /** Bytes that came free. */
  function free(wantedBytes: number): number {
    const now = clock.now();
    look(now);
    const images = new Map(runtime.images().map((image) => [image.id, image]));
    const unused = [...records]
      .filter(([, { firstSeenMs, lastUsedMs }]) => lastUsedMs < now && now - firstSeenMs >= MIN_AGE_MS)
      .sort(([, a], [, b]) => a.lastUsedMs - b.lastUsedMs || a.firstSeenMs - b.firstSeenMs);
    let freed = 0;
    for (const [id] of unused) {
      if (freed >= wantedBytes) break;
      runtime.removeImage(id);
      records.delete(id);
      freed += images.get(id)?.sizeBytes ?? 0;
    }
    return freed;
  }

  return {
    bytes: () => runtime.images().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    collect(usedBytes, capacityBytes) {
      look(clock.now());
      const availableBytes = Math.max(capacityBytes - usedBytes, 0);
      if (100 - Math.floor((availableBytes * 100) / capacityBytes) < HIGH_PERCENT) {
        hasFailed = false;
        return;
      }
      const wanted = Math.floor((capacityBytes * (100 - LOW_PERCENT)) / 100) - availableBytes;
      const freed = free(wanted);
      if (freed >= wanted) {
        hasFailed = false;
        return;
      }
      const message = `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, but only found ${freed} bytes eligible to free.`;
      warn('FreeDiskSpaceFailed', message);
      if (hasFailed) warn('ImageGCFailed', message);
      hasFailed = true;
    },
    removeUnused: () => void free(Number.POSITIVE_INFINITY),
  };
}

/** What was just pulled is about to be used. */
const MIN_AGE_MS = 120_000;
const HIGH_PERCENT = 85;
const LOW_PERCENT = 80;
