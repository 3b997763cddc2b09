import { describe, expect, test } from 'vitest';
import type { ContainerState, ContainerStatus, Pod } from '../generated/core-v1.ts';
import { pod as kind } from '../kinds/pod.ts';
import { makePod } from '../testing/pods.ts';

const START = '2025-01-01T00:00:00Z';
const nowMs = Date.parse(START) + 90_000;

function row(pod: Pod): readonly unknown[] {
  return kind.columns.slice(1, 4).map((column) => column.cell(pod, { nowMs }));
}

const status = (name: string, state: ContainerState, changes: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name,
  image: '',
  imageID: '',
  ready: state.running !== undefined,
  restartCount: 0,
  state,
  ...changes,
});
const running: ContainerState = { running: { startedAt: START } };
const waiting = (reason?: string): ContainerState => ({ waiting: reason === undefined ? {} : { reason } });
const ended = (exitCode: number, reason?: string, signal?: number): ContainerState => ({
  terminated: { exitCode, ...(reason && { reason }), ...(signal && { signal }), finishedAt: START },
});
const init = (...names: string[]) => names.map((name) => ({ name, image: 'x' }));
const sidecar = { name: 's', image: 'x', restartPolicy: 'Always' };
const ready = { type: 'Ready', status: 'True' };

describe('the row of a Pod', () => {
  const cases: { name: string; pod: Pod; row: readonly string[] }[] = [
    { name: 'pending', pod: makePod({}, { phase: 'Pending' }), row: ['0/1', 'Pending', '0'] },
    {
      name: 'gated',
      pod: makePod(
        {},
        { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
      ),
      row: ['0/1', 'SchedulingGated', '0'],
    },
    { name: 'evicted', pod: makePod({}, { phase: 'Failed', reason: 'Evicted' }), row: ['0/1', 'Evicted', '0'] },
    {
      name: 'running, restarted',
      pod: makePod(
        {},
        {
          phase: 'Running',
          containerStatuses: [status('c', running, { restartCount: 3, lastState: ended(1, 'Error') })],
        },
      ),
      row: ['1/1', 'Running', '3 (90s ago)'],
    },
    {
      name: 'crashing',
      pod: makePod({}, { phase: 'Running', containerStatuses: [status('c', waiting('CrashLoopBackOff'))] }),
      row: ['0/1', 'CrashLoopBackOff', '0'],
    },
    {
      name: 'ended by a signal',
      pod: makePod({}, { phase: 'Failed', containerStatuses: [status('c', ended(137, undefined, 9))] }),
      row: ['0/1', 'Signal:9', '0'],
    },
    {
      name: 'ended with a code',
      pod: makePod({}, { phase: 'Failed', containerStatuses: [status('c', ended(3))] }),
      row: ['0/1', 'ExitCode:3', '0'],
    },
    {
      name: 'one of two completed',
      pod: makePod(
        {},
        {
          phase: 'Running',
          conditions: [ready],
          containerStatuses: [status('c', ended(0, 'Completed')), status('d', running)],
        },
      ),
      row: ['1/1', 'Running', '0'],
    },
    {
      name: 'one of two completed, not ready',
      pod: makePod(
        {},
        { phase: 'Running', containerStatuses: [status('c', ended(0, 'Completed')), status('d', running)] },
      ),
      row: ['1/1', 'NotReady', '0'],
    },
    {
      name: 'initializing',
      pod: makePod(
        { initContainers: init('a', 'b') },
        { phase: 'Pending', initContainerStatuses: [status('a', ended(0, 'Completed')), status('b', running)] },
      ),
      row: ['0/1', 'Init:1/2', '0'],
    },
    {
      name: 'initialization waits',
      pod: makePod(
        { initContainers: init('a') },
        { phase: 'Pending', initContainerStatuses: [status('a', waiting('ImagePullBackOff'), { restartCount: 2 })] },
      ),
      row: ['0/1', 'Init:ImagePullBackOff', '2'],
    },
    {
      name: 'initialization begins',
      pod: makePod(
        { initContainers: init('a') },
        { phase: 'Pending', initContainerStatuses: [status('a', waiting('PodInitializing'))] },
      ),
      row: ['0/1', 'Init:0/1', '0'],
    },
    {
      name: 'initialization failed',
      pod: makePod(
        { initContainers: init('a') },
        { phase: 'Failed', initContainerStatuses: [status('a', ended(1, 'Error'))] },
      ),
      row: ['0/1', 'Init:Error', '0'],
    },
    {
      name: 'initialized, containers wait',
      pod: makePod(
        { initContainers: init('a') },
        {
          phase: 'Pending',
          initContainerStatuses: [status('a', ended(0, 'Completed'))],
          containerStatuses: [status('c', waiting('PodInitializing'))],
        },
      ),
      row: ['0/1', 'PodInitializing', '0'],
    },
    {
      name: 'with a sidecar',
      pod: makePod(
        { initContainers: [sidecar] },
        {
          phase: 'Running',
          initContainerStatuses: [status('s', running, { started: true, restartCount: 1 })],
          containerStatuses: [status('c', running, { restartCount: 2 })],
        },
      ),
      row: ['2/2', 'Running', '3'],
    },
  ];
  for (const { name, pod, row: want } of cases) {
    test(`POD-12 ${name}: ${want.join(' ')}`, () => expect(row(pod)).toEqual(want));
  }

  test('POD-13 a Pod that is deleted is Terminating until it has ended, Unknown on a lost node', () => {
    const deleted = (status: Pod['status']): Pod => {
      const pod = makePod({}, status);
      return { ...pod, metadata: { ...pod.metadata, deletionTimestamp: START } };
    };
    expect(row(deleted({ phase: 'Running' }))[1]).toBe('Terminating');
    expect(row(deleted({ phase: 'Succeeded' }))[1]).toBe('Succeeded');
    expect(row(deleted({ phase: 'Running', reason: 'NodeLost' }))[1]).toBe('Unknown');
  });

  test('POD-14 wide columns', () => {
    const wide = (pod: Pod) => kind.columns.slice(5).map((column) => column.cell(pod, { nowMs }));
    expect(wide(makePod())).toEqual(['<none>', '<none>', '<none>', '<none>']);
    const gates = [{ conditionType: 'a/b' }, { conditionType: 'a/c' }];
    const pod = makePod(
      { nodeName: 'n1', readinessGates: gates },
      { podIPs: [{ ip: '10.0.0.1' }], nominatedNodeName: 'n2', conditions: [{ type: 'a/b', status: 'True' }] },
    );
    expect(wide(pod)).toEqual(['10.0.0.1', 'n1', 'n2', '1/2']);
  });
});
