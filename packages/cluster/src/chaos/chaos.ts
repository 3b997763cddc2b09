import type { Disposable } from '@tabernetes/base';
import type { Disturbance } from '@tabernetes/node-api';
import type { PullTrouble } from './pull-trouble.ts';
import type { StrainOf } from './strained-usage.ts';
import { type Trouble, troubleKey } from './trouble.ts';

/** A trouble that lasts. */
export interface LastingTrouble {
  readonly id: number;
  readonly trouble: Trouble;
}

/** What goes wrong on purpose. All of it happens in the cluster itself; nothing of it is only shown. */
export interface Chaos {
  /**
   * Begins a trouble; one of the same kind with the same thing ends.
   *
   * @throws {Error} when there is no such node, Pod or container, or the container does not run
   */
  begin(trouble: Trouble): LastingTrouble;
  /** Mends it, as far as it can be. Nothing happens when it is over already. */
  end(id: number): void;
  /** Ends the first process of a container as after a segmentation fault. @throws {Error} as {@link begin} */
  crash(pod: string, container: string): void;
  /** What lasts now, oldest first. What befell a container ends with it. */
  readonly lasting: readonly LastingTrouble[];
  /** Told whenever {@link lasting} has changed. */
  onChange(listener: (lasting: readonly LastingTrouble[]) => void): Disposable;
}

/** Where troubles happen. */
export interface ChaosDeps {
  /** @throws {Error} when there is no such node */
  readonly setKubelet: (node: string, isRunning: boolean) => void;
  /** @throws {Error} when there is no such node, or no network */
  readonly cut: (node: string, isCut: boolean) => void;
  /** @throws {Error} when there is no such node, or nodes run nothing */
  readonly breakNetworkPlugin: (node: string, isBroken: boolean) => void;
  /** Disturbs a container until what is returned is disposed; `onEnd` hears that it has ended. @throws {Error} */
  readonly disturb: (pod: string, container: string, disturbance: Disturbance, onEnd: () => void) => Disposable;
  /** @throws {Error} where there is no network */
  readonly checkNetwork: () => void;
  readonly setWeather: (weather: { readonly delayMs: number; readonly lossShare: number }) => void;
  /** @throws {Error} when nothing is pulled here */
  readonly checkPulls: () => void;
  /** @throws {Error} when there is no such container, or it has no probe */
  readonly checkProbes: (pod: string, container: string) => void;
}

/** What other parts ask while they run. */
export interface ChaosFacts {
  readonly pulls: PullTrouble;
  readonly isUnwell: (pod: string, container: string) => boolean;
  readonly strainOf: StrainOf;
}

/** What lasts, as the parts of a cluster look it up; made before them, since they are made with it. */
export class Troubles implements ChaosFacts {
  readonly lasting = new Map<string, LastingTrouble & { readonly mend: () => void }>();
  readonly failing = new Set<string>();
  readonly slow = new Map<string, number>();

  get pulls(): PullTrouble {
    return this;
  }

  readonly isUnwell = (pod: string, container: string): boolean =>
    this.lasting.size > 0 && this.lasting.has(troubleKey({ kind: 'probes', pod, container }));

  readonly strainOf: StrainOf = (pod, container) => {
    if (this.lasting.size === 0) return undefined;
    const memory = this.lasting.get(troubleKey({ kind: 'memory', pod, container, bytes: 0 }))?.trouble;
    const cpu = this.lasting.get(troubleKey({ kind: 'cpu', pod, container, millicores: 0 }))?.trouble;
    if (memory === undefined && cpu === undefined) return undefined;
    return {
      cpuNanocores: cpu?.kind === 'cpu' ? cpu.millicores * 1_000_000 : 0,
      memoryBytes: memory?.kind === 'memory' ? memory.bytes : 0,
    };
  };
}

/** Troubles of a cluster that runs. */
export function createChaos(troubles: Troubles, deps: ChaosDeps): Chaos & { nodeGone(node: string): void } {
  const { lasting } = troubles;
  const listeners = new Set<(lasting: readonly LastingTrouble[]) => void>();
  let lastId = 0;
  const list = (): readonly LastingTrouble[] => [...lasting.values()].map(({ id, trouble }) => ({ id, trouble }));
  const tell = (): void => {
    const now = list();
    for (const listener of [...listeners]) listener(now);
  };
  const forget = (key: string, id: number): void => {
    if (lasting.get(key)?.id !== id) return;
    lasting.delete(key);
    tell();
  };
  const weather = (): void => {
    const of = (kind: 'latency' | 'loss'): Trouble | undefined => lasting.get(kind)?.trouble;
    const [latency, loss] = [of('latency'), of('loss')];
    deps.setWeather({
      delayMs: latency?.kind === 'latency' ? latency.delayMs : 0,
      lossShare: loss?.kind === 'loss' ? loss.share : 0,
    });
  };
  /** Makes it happen; the returned function mends it. Weather is made of all that lasts, afterwards. */
  const happen = (trouble: Trouble, onEnd: () => void): (() => void) => {
    switch (trouble.kind) {
      case 'kubelet':
        deps.setKubelet(trouble.node, false);
        return () => deps.setKubelet(trouble.node, true);
      case 'network':
        deps.cut(trouble.node, true);
        return () => deps.cut(trouble.node, false);
      case 'networkPlugin':
        deps.breakNetworkPlugin(trouble.node, true);
        return () => deps.breakNetworkPlugin(trouble.node, false);
      case 'hang':
      case 'memory':
      case 'cpu': {
        const { pod, container, ...disturbance } = trouble;
        const disturbed = deps.disturb(pod, container, disturbance, onEnd);
        return () => disturbed.dispose();
      }
      case 'probes':
        deps.checkProbes(trouble.pod, trouble.container);
        return () => undefined;
      case 'slowPull':
        deps.checkPulls();
        troubles.slow.set(trouble.image, trouble.delayMs);
        return () => void troubles.slow.delete(trouble.image);
      case 'failingPull':
        deps.checkPulls();
        troubles.failing.add(trouble.image);
        return () => void troubles.failing.delete(trouble.image);
      case 'latency':
      case 'loss':
        deps.checkNetwork();
        return () => undefined;
    }
  };

  return {
    begin(trouble) {
      const key = troubleKey(trouble);
      const before = lasting.get(key);
      before?.mend();
      lasting.delete(key);
      const id = lastId + 1;
      // A container may end of it at once.
      let isOver = false;
      const mend = happen(trouble, () => {
        isOver = true;
        forget(key, id);
      });
      lastId = id;
      const made = { id, trouble };
      if (!isOver) lasting.set(key, { ...made, mend });
      if (trouble.kind === 'latency' || trouble.kind === 'loss') weather();
      tell();
      return made;
    },
    end(id) {
      for (const [key, each] of lasting) {
        if (each.id !== id) continue;
        lasting.delete(key);
        each.mend();
        if (each.trouble.kind === 'latency' || each.trouble.kind === 'loss') weather();
        tell();
      }
    },
    crash: (pod, container) => deps.disturb(pod, container, { kind: 'crash' }, () => undefined).dispose(),
    get lasting() {
      return list();
    },
    onChange(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    nodeGone(node) {
      for (const [key, { trouble }] of lasting) {
        if ('node' in trouble && trouble.node === node) lasting.delete(key);
      }
      tell();
    },
  };
}
