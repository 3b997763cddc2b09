import { describe, expect, test } from 'vitest';
import { type EventObject, transition } from 'xstate';
import { containerMachine, containerTable } from './container.machine.ts';
import { drawMachine } from './drawing.ts';
import { imagePullMachine, imagePullTable } from './image-pull.machine.ts';
import type { MachineDefinition, MachineTable } from './machine-table.ts';
import { nodeMachine, nodeTable } from './node.machine.ts';
import { podMachine, podTable } from './pod.machine.ts';
import { probeMachine, probeTable } from './probe.machine.ts';
import { stateMachine } from './state-machine.ts';
import { volumeMachine, volumeTable } from './volume.machine.ts';

const machines: Readonly<Record<string, readonly [MachineDefinition, MachineTable<string, string, string>]>> = {
  pod: [podMachine, podTable as MachineTable<string, string, string>],
  container: [containerMachine, containerTable as MachineTable<string, string, string>],
  'image-pull': [imagePullMachine, imagePullTable as MachineTable<string, string, string>],
  probe: [probeMachine, probeTable as MachineTable<string, string, string>],
  node: [nodeMachine, nodeTable as MachineTable<string, string, string>],
  volume: [volumeMachine, volumeTable as MachineTable<string, string, string>],
};

describe.each(Object.keys(machines))('KUB-1 the %s machine', (name) => {
  const [definition, table] = machines[name] ?? [podMachine, podTable as MachineTable<string, string, string>];
  const machine = stateMachine(definition);

  test('KUB-1 is the same as a table and in xstate, over every state and event', () => {
    for (const state of table.states) {
      const before = machine.resolveState({ value: state, context: {} });
      for (const event of table.events) {
        const [after, actions] = transition(machine, before, { type: event } as EventObject);
        const step = table.step(state, event);
        expect({ state, event, target: step?.target ?? state, effects: step?.effects ?? [] }).toEqual({
          state,
          event,
          target: after.value,
          effects: actions.map((a) => a.type),
        });
      }
    }
    expect(table.initial).toBe(machine.config.initial);
  });

  test('KUB-2 is drawn as it is', async () => {
    await expect(drawMachine(machine)).toMatchFileSnapshot(`${name}.machine.mmd`);
  });
});
