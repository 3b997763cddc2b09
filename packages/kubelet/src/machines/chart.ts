import { containerMachine } from './container.machine.ts';
import type { MachineDefinition } from './machine-table.ts';
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
function chartOf({ id, initial, states }: MachineDefinition): MachineChart {
  const edges = new Map<string, { from: string; to: string; events: string[] }>();
  for (const [from, { on = {} }] of Object.entries(states)) {
    for (const [event, { target = from } = {}] of Object.entries(on)) {
      const known = edges.get(`${from} ${target}`);
      if (known === undefined) edges.set(`${from} ${target}`, { from, to: target, events: [event] });
      else known.events.push(event);
    }
  }
  return {
    id,
    initial,
    states: Object.entries(states).map(([name, { type }]) => ({ name, isFinal: type === 'final' })),
    edges: [...edges.values()],
  };
}
