import type { AnyStateMachine } from 'xstate';
import { containerMachine } from './container.machine.ts';
import { podMachine } from './pod.machine.ts';

/** A machine as data, for those who draw it elsewhere. */
export interface MachineChart {
  readonly id: string;
  readonly initial: string;
  readonly states: readonly { readonly name: string; readonly isFinal: boolean }[];
  /** One per pair of states; all events that lead so. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly events: readonly string[] }[];
}

/** What a kubelet runs once per Pod, and once per container. */
export const lifecycleCharts = (): Readonly<Record<'pod' | 'container', MachineChart>> => ({
  pod: chartOf(podMachine),
  container: chartOf(containerMachine),
});

/** A chart, from the definition that the table is compiled from. */
function chartOf(machine: AnyStateMachine): MachineChart {
  const { initial, states = {} } = machine.config as Config;
  const edges = new Map<string, { from: string; to: string; events: string[] }>();
  for (const [from, { on = {} }] of Object.entries(states)) {
    for (const [event, { target = from }] of Object.entries(on)) {
      const known = edges.get(`${from} ${target}`);
      if (known === undefined) edges.set(`${from} ${target}`, { from, to: target, events: [event] });
      else known.events.push(event);
    }
  }
  return {
    id: machine.id,
    initial: initial ?? '',
    states: Object.entries(states).map(([name, { type }]) => ({ name, isFinal: type === 'final' })),
    edges: [...edges.values()],
  };
}

interface Config {
  readonly initial?: string;
  readonly states?: Readonly<
    Record<string, { readonly type?: string; readonly on?: Readonly<Record<string, { readonly target?: string }>> }>
  >;
}
