import type { Container, EphemeralContainer, Pod } from '@tabernetes/api/types/core-v1';
import type { ContainerStatus, Image } from '@tabernetes/node-api';
import type { NodeContext } from '../node-context.ts';
import { containerHash } from './container-hash.ts';
import { containerNamed } from './pod-view.ts';
import type { SeenContainer, SeenPod, SeenSandbox } from './runtime-status.ts';

/** A container that was made for a Pod. */
interface Made {
  readonly id: string;
  readonly name: string;
  readonly restartCount: number;
  readonly image: string;
  readonly imageRef: string;
  readonly hash: string;
  /** Once it has ended it does not change any more. */
  ended: SeenContainer | undefined;
  /** The last lines of its log, where they stand for a termination message. */
  lastLines: string | undefined;
}

/** What the node has of one Pod: its sandbox and its containers, newest first. */
export class PodContainers {
  readonly #node: NodeContext;
  readonly #podUid: string;
  readonly #restarts: ReadonlyMap<string, number>;
  #made: Made[] = [];
  #sandbox: SeenSandbox | undefined;

  /** `restarts`: how often containers had been made before this kubelet came, by name. */
  constructor(node: NodeContext, podUid: string, restarts: ReadonlyMap<string, number>) {
    this.#node = node;
    this.#podUid = podUid;
    this.#restarts = restarts;
  }

  get sandbox(): SeenSandbox | undefined {
    return this.#sandbox;
  }

  set sandbox(sandbox: SeenSandbox | undefined) {
    this.#sandbox = sandbox;
  }

  /** How often a container of that name has been made. */
  attempts(name: string): number {
    const newest = this.#made.find((made) => made.name === name);
    return newest === undefined ? (this.#restarts.get(name) ?? 0) : newest.restartCount + 1;
  }

  /** Identifiers or digests of the images that its containers were made of. */
  imageRefs(): readonly string[] {
    return this.#made.map(({ imageRef }) => imageRef);
  }

  /** Remembers a container that was made, and lets go of all but the newest two of that name. */
  add(id: string, container: Container | EphemeralContainer, image: Image): void {
    const { name } = container;
    this.#node.owners.set(id, this.#podUid);
    const made: Made = {
      id,
      name,
      restartCount: this.attempts(name),
      // What has no tag has no name that a runtime could tell.
      image: image.repoTags[0] ?? image.id,
      imageRef: image.repoDigests[0] ?? image.id,
      hash: containerHash(container),
      ended: undefined,
      lastLines: undefined,
    };
    this.#made = [made, ...this.#made];
    let kept = 0;
    this.#made = this.#made.filter((made) => {
      if (made.name !== name || kept++ < KEPT) return true;
      this.#drop(made);
      return false;
    });
  }

  /** The runtime's word on all of it, as of now. */
  see(): SeenPod {
    const containers: SeenContainer[] = [];
    for (const made of this.#made) {
      const seen = made.ended ?? this.#ask(made);
      if (seen !== undefined) containers.push(seen);
    }
    return { sandbox: this.#sandbox, containers };
  }

  /** Reads what has to be read of a container that has ended before anybody looks at it. */
  async settle(pod: Pod, { id, exitCode = 0, terminationMessage }: ContainerStatus): Promise<void> {
    const made = this.#made.find((m) => m.id === id);
    if (made === undefined || exitCode === 0 || terminationMessage) return;
    if (containerNamed(pod, made.name)?.terminationMessagePolicy !== 'FallbackToLogsOnError') return;
    const lines: string[] = [];
    for await (const { text, complete } of this.#node.runtime.logs(id, { tailLines: MAX_LINES })) {
      lines.push(complete ? `${text}\n` : text);
    }
    made.lastLines = lines.join('').slice(-MAX_LOG_MESSAGE);
  }

  /** Takes everything off the node but what still runs. */
  remove(): void {
    const { runtime } = this.#node;
    for (const made of this.#made) this.#drop(made);
    this.#made = [];
    if (this.#sandbox !== undefined) runtime.removePodSandbox(this.#sandbox.id);
    this.#sandbox = undefined;
  }

  /** Of containers whose newest has ended, those before it are no more than a memory in the status. */
  forgetOlder(): void {
    const newest = new Map<string, Made>();
    for (const made of this.#made) if (!newest.has(made.name)) newest.set(made.name, made);
    if (newest.size === this.#made.length) return;
    this.#made = this.#made.filter((made) => {
      const first = newest.get(made.name);
      if (first === made || first?.ended === undefined) return true;
      this.#drop(made);
      return false;
    });
  }

  removeInitContainers(pod: Pod): void {
    const init = new Set(pod.spec?.initContainers?.map(({ name }) => name));
    this.#made = this.#made.filter((made) => {
      if (!init.has(made.name)) return true;
      this.#drop(made);
      return false;
    });
  }

  #drop({ id }: Made): void {
    this.#node.runtime.removeContainer(id);
    this.#node.owners.delete(id);
  }

  #ask(made: Made): SeenContainer | undefined {
    const status = this.#node.runtime.containerStatus(made.id);
    if (status === undefined) return undefined;
    const { id, name, restartCount, image, imageRef, hash } = made;
    const exited = status.state === 'exited';
    const seen: SeenContainer = {
      id,
      name,
      restartCount,
      state: status.state,
      image,
      imageRef,
      hash,
      createdMs: status.createdMs,
      startedMs: status.startedMs ?? 0,
      finishedMs: status.finishedMs ?? 0,
      exitCode: status.exitCode ?? 0,
      reason: exited ? (status.reason ?? (status.exitCode === 0 ? 'Completed' : 'Error')) : '',
      message: exited ? endMessage(made, status) : '',
    };
    if (exited) made.ended = seen;
    return seen;
  }
}

function endMessage({ lastLines }: Made, { message = '', terminationMessage }: ContainerStatus): string {
  const said = terminationMessage || lastLines || '';
  return message !== '' && said !== '' ? `${message}: ${said}` : message || said;
}

/** The one that counts, and the one before, whose log `--previous` shows. */
const KEPT = 2;
const MAX_LINES = 80;
const MAX_LOG_MESSAGE = 2048;
