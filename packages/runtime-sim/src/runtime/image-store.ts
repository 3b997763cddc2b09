import type { Clock } from '@tabernetes/base';
import type { Image, PullOptions } from '@tabernetes/node-api';
import { type ImageSource, type ImageSpec, PullError, parseReference } from '../images/image-spec.ts';
import { NO_LATENCY, type RuntimeLatency } from './latency.ts';

export interface ImageStoreDeps {
  readonly clock: Clock;
  /** Where images are pulled from. */
  readonly source: ImageSource;
}

/** An image that a node has, and what it is made of. */
export interface StoredImage {
  readonly spec: ImageSpec;
  readonly image: Image;
}

interface Pull {
  readonly image: Promise<Image>;
  readonly stop: AbortController;
  /** How many wait for it. */
  waiting: number;
}

/** The images of one node. */
export class ImageStore {
  readonly #clock: Clock;
  readonly #source: ImageSource;
  readonly #latency: RuntimeLatency;
  /** By canonical reference. */
  readonly #pulled = new Map<string, StoredImage>();
  #listed: readonly Image[] | undefined;
  /** By reference and credentials. */
  readonly #pulling = new Map<string, Pull>();

  constructor({ clock, source }: ImageStoreDeps, latency: RuntimeLatency) {
    this.#clock = clock;
    this.#source = source;
    this.#latency = latency;
  }

  /** Who asks for what is being pulled waits for that; it is broken off when nobody waits any more. @throws {PullError} */
  async pull(name: string, { auth = [], signal }: PullOptions = {}): Promise<Image> {
    const reference = parseReference(name);
    signal?.throwIfAborted();
    const key = `${reference.canonical}\n${auth.map((one) => `${one.username}:${one.password}`).join('\n')}`;
    const pull = this.#pulling.get(key) ?? this.#begin(key, name, auth);
    pull.waiting++;
    let leave = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => {
        reject(signal?.reason);
        if (--pull.waiting > 0) return;
        // Who asks from now on begins anew.
        this.#pulling.delete(key);
        pull.stop.abort(signal?.reason);
      };
    });
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([pull.image, left]);
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  #begin(key: string, name: string, auth: PullOptions['auth']): Pull {
    const stop = new AbortController();
    const pull: Pull = { image: this.#pull(name, auth, stop.signal), stop, waiting: 0 };
    this.#pulling.set(key, pull);
    const ended = (): void => {
      if (this.#pulling.get(key) === pull) this.#pulling.delete(key);
    };
    pull.image.then(ended, ended);
    return pull;
  }

  /** The node comes with it. @throws {PullError} */
  async preload(name: string): Promise<void> {
    await this.#pull(name, [], undefined, 0);
  }

  /**
   * By any of its tags and digests, or its identifier.
   *
   * @see https://github.com/containerd/containerd/blob/v1.7.24/pkg/cri/server/helpers.go localResolve
   */
  find(name: string): StoredImage | undefined {
    const direct = this.#pulled.get(name);
    if (direct !== undefined) return direct;
    if (name.startsWith('sha256:')) return this.#stored(({ id }) => id === name);
    const { canonical, digest } = parseReference(name);
    const found = this.#pulled.get(canonical);
    if (found !== undefined || digest === undefined) return found;
    return this.#stored(({ repoDigests }) => repoDigests.includes(canonical));
  }

  /** The same list until another image comes or goes. */
  list(): readonly Image[] {
    this.#listed ??= [...new Set([...this.#pulled.values()].map(({ image }) => image))];
    return this.#listed;
  }

  remove(name: string): void {
    const found = this.find(name);
    if (found === undefined) return;
    for (const [key, { image }] of this.#pulled) if (image.id === found.image.id) this.#pulled.delete(key);
    this.#listed = undefined;
  }

  #stored(is: (image: Image) => boolean): StoredImage | undefined {
    for (const stored of this.#pulled.values()) if (is(stored.image)) return stored;
    return undefined;
  }

  async #pull(
    name: string,
    auth: PullOptions['auth'],
    signal: AbortSignal | undefined,
    tookMs?: number,
  ): Promise<Image> {
    const reference = parseReference(name);
    // containerd 1.6 and 1.7 take such a first part for a user, kubelets for a registry.
    if (/^(?![^/]*[.:])[^/]*[A-Z][^/]*\//.test(name))
      throw new PullError(
        'InvalidArgument',
        `failed to parse image reference "${name}": invalid reference format: repository name must be lowercase`,
      );
    const wanted = `failed to pull and unpack image "${reference.canonical}"`;
    let spec: ImageSpec;
    try {
      const stored = reference.digest === undefined ? undefined : this.find(name);
      spec = stored?.spec ?? (await this.#source.find(reference, auth ?? []));
    } catch (error) {
      if (!(error instanceof PullError)) throw error;
      if (error.afterMs > 0 && this.#latency !== NO_LATENCY) await this.#clock.sleep(error.afterMs, signal);
      throw new PullError(error.code, `${wanted}: ${error.message}`);
    }
    const id = `sha256:${spec.id}`;
    const present = (): Image | undefined => this.#stored((image) => image.id === id)?.image;
    // What the node has of it is not fetched again.
    const delayMs = tookMs ?? this.#latency.pullMs(present() === undefined ? spec.sizeBytes : 0);
    if (delayMs > 0) await this.#clock.sleep(delayMs, signal);
    const repository = `${reference.registry}/${reference.repository}`;
    const known = present();
    const image: Image = {
      id,
      repoTags: [
        ...new Set([
          ...(known?.repoTags ?? []),
          ...(reference.digest === undefined ? [`${repository}:${reference.tag}`] : []),
        ]),
      ],
      repoDigests: [...new Set([...(known?.repoDigests ?? []), `${repository}@sha256:${spec.digest}`])],
      sizeBytes: spec.sizeBytes,
      ...(spec.user === '' ? {} : { user: spec.user }),
      simulated: spec.simulated,
    };
    for (const [key, entry] of this.#pulled)
      if (entry.image === known) this.#pulled.set(key, { spec: entry.spec, image });
    this.#pulled.set(reference.canonical, { spec, image });
    this.#listed = undefined;
    return image;
  }
}
