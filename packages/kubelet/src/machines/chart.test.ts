import { expect, test } from 'vitest';
import { lifecycleCharts } from './chart.ts';
import { containerTable } from './container.machine.ts';
import { podTable } from './pod.machine.ts';

test('KUB-2 a chart has every state and every step of the table that runs', () => {
  const { pod, container } = lifecycleCharts();
  for (const [chart, table] of [
    [pod, podTable],
    [container, containerTable],
  ] as const) {
    expect(chart.states.map(({ name }) => name)).toEqual(table.states);
    for (const { from, to, events } of chart.edges) {
      const step = table.step as (state: string, event: string) => { readonly target: string } | undefined;
      for (const event of events) expect(step(from, event)?.target).toBe(to);
    }
  }
  expect(pod.states.filter(({ isFinal }) => isFinal)).toEqual([{ name: 'finished', isFinal: true }]);
});
