import type { Pod } from '../generated/core-v1.ts';
import type { Column } from '../kind.ts';
import { translateTimestampSince } from '../printing/age.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { podCondition } from './conditions.ts';
import { podSummary } from './summary.ts';

/** The table of Pods; those of priority 1 come with `-o wide`. */
export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  {
    name: 'Ready',
    type: 'string',
    description: 'Containers that are ready, of all that are to run.',
    cell: (pod) => {
      const { ready, total } = podSummary(pod);
      return `${ready}/${total}`;
    },
  },
  {
    name: 'Status',
    type: 'string',
    description: 'What the containers of the Pod are doing, in a word.',
    cell: (pod) => podSummary(pod).status,
  },
  {
    name: 'Restarts',
    type: 'string',
    description: 'How often containers of the Pod were restarted, and how long ago last.',
    cell: (pod, { nowMs }) => {
      const { restarts, lastRestart } = podSummary(pod);
      if (restarts === 0 || lastRestart === undefined) return String(restarts);
      return `${restarts} (${translateTimestampSince(lastRestart, nowMs)} ago)`;
    },
  },
  ageColumn,
  wide('IP', "The Pod's address.", ({ status }) => status?.podIPs?.[0]?.ip),
  wide('Node', 'The node that the Pod is bound to.', ({ spec }) => spec?.nodeName),
  wide(
    'Nominated Node',
    'The node where the scheduler makes room for the Pod.',
    ({ status }) => status?.nominatedNodeName,
  ),
  wide('Readiness Gates', 'Readiness gates that are passed, of all that there are.', readinessGates),
];

function wide(name: string, description: string, text: (pod: Pod) => string | undefined): Column<Pod> {
  return { name, type: 'string', priority: 1, description, cell: (pod) => text(pod) || '<none>' };
}

function readinessGates({ spec, status }: Pod): string | undefined {
  const gates = spec?.readinessGates ?? [];
  if (gates.length === 0) return undefined;
  const passed = gates.filter(({ conditionType }) => podCondition(status, conditionType)?.status === 'True');
  return `${passed.length}/${gates.length}`;
}
