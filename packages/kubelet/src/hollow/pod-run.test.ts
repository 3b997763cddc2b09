import type { Container, Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { describe, expect, test } from 'vitest';
import { type Outcome, outcomeOf } from './command.ts';
import type { Missing } from './needs.ts';
import { PodRun } from './pod-run.ts';
import { podStatus } from './pod-status.ts';

const ends = (afterMs: number, exitCode: number): Outcome => ({ ends: true, afterMs, exitCode });
const sh = (script: string): Partial<Container> => ({ command: ['sh', '-c', script] });

describe('commands', () => {
  const cases: readonly (readonly [string, Partial<Container>, Outcome | undefined])[] = [
    ['exit 3', sh('exit 3'), ends(0, 3)],
    ['sleep 2; exit 1', sh('sleep 2; exit 1'), ends(2_000, 1)],
    ['sleep with a unit', { command: ['sleep', '1m'] }, ends(60_000, 0)],
    ['sleep for ever', { command: ['/bin/sleep', 'infinity'] }, { ends: false }],
    ['echo', sh("echo 'a; b' && date"), ends(0, 0)],
    ['a failure that is caught', sh('false || exit 4'), ends(0, 4)],
    ['a failure that is not', sh('false && exit 4'), ends(0, 1)],
    ['several lines', sh('echo a\nsleep 1\nexit 2\n'), ends(1_000, 2)],
    ['true and false', { command: ['false'] }, ends(0, 1)],
    ['a loop without end', sh('while true; do date; sleep 5; done'), { ends: false }],
    ['a substitution', sh('exit $(cat /x)'), undefined],
    ['a condition', sh('if true; then exit 1; fi'), undefined],
    ['a pipe', sh('ls | wc'), undefined],
    ['another program', { command: ['java', '-jar', 'x'] }, undefined],
    ['arguments of busybox', { image: 'busybox:1.36', args: ['sleep', '3'] }, ends(3_000, 0)],
    ['arguments of an image with a program', { image: 'team/app', args: ['sleep', '3'] }, undefined],
    ['no command', { image: 'nginx' }, undefined],
  ];
  for (const [name, container, want] of cases)
    test(`HOL-5 ${name}`, () => expect(outcomeOf({ name: 'c', ...container })).toEqual(want));
});

describe('a Pod', () => {
  const START = Date.UTC(2025, 0, 1);
  const there: Missing = () => undefined;
  const facts = { hostIP: '172.18.0.2', podIP: '10.244.1.2', digestOf: () => 'd' };
  function pod(spec: Partial<PodSpec>, container: Partial<Container> = {}): Pod {
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'demo', uid: 'u' },
      spec: { containers: [{ name: 'c', image: 'busybox', ...container }], ...spec },
    };
  }
  function running(of: Pod) {
    const run = new PodRun(of, START, { startMs: 1_000, runMs: 2_000, stopMs: 0 }, () => 'containerd://1');
    return (afterMs: number, missing = there) => {
      run.advance(START + afterMs, missing);
      const status = podStatus(of, run, { ...facts, nowMs: START + afterMs });
      const [container] = status.containerStatuses ?? [];
      const { waiting, running: up, terminated } = container?.state ?? {};
      return {
        phase: status.phase,
        state: waiting?.reason ?? terminated?.reason ?? (up && 'Running'),
        restarts: container?.restartCount,
        ready: status.conditions?.find((c) => c.type === 'Ready'),
        ip: status.podIP,
        status,
        due: run.due(START + afterMs),
      };
    };
  }

  test('HOL-5 ends as its command says', () => {
    const at = running(pod({ restartPolicy: 'Never' }, sh('exit 3')));
    expect(at(0)).toMatchObject({ phase: 'Pending', state: 'ContainerCreating', ip: undefined });
    expect(at(1_000)).toMatchObject({ phase: 'Running', state: 'Running', ip: '10.244.1.2' });
    expect(at(3_000)).toMatchObject({
      phase: 'Failed',
      state: 'Error',
      ready: { reason: 'PodFailed' },
      due: undefined,
    });
  });

  test('HOL-5 that has done its work is completed', () => {
    const at = running(pod({ restartPolicy: 'OnFailure' }, sh('sleep 5')));
    expect(at(1_000).phase).toBe('Running');
    const { status } = at(6_000);
    expect(status.phase).toBe('Succeeded');
    expect(status.conditions?.map(({ type, status: s, reason }) => `${type} ${s} ${reason ?? ''}`)).toEqual([
      'PodReadyToStartContainers False ',
      'Initialized True PodCompleted',
      'Ready False PodCompleted',
      'ContainersReady False PodCompleted',
      'PodScheduled True ',
    ]);
  });

  test('HOL-6 that crashes is started again, later each time, in the background', () => {
    const at = running(pod({}, sh('exit 1')));
    at(1_000);
    expect(at(3_000)).toMatchObject({
      phase: 'Running',
      state: 'CrashLoopBackOff',
      restarts: 0,
      due: { background: true },
    });
    expect(at(12_999).state).toBe('CrashLoopBackOff');
    expect(at(13_000)).toMatchObject({ state: 'Running', restarts: 1, ready: { status: 'True' } });
    expect(at(15_000).status.containerStatuses?.[0]).toMatchObject({
      state: { waiting: { message: 'back-off 20s restarting failed container=c pod=web_demo(u)' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
  });

  test('HOL-7 whose image cannot be pulled waits', () => {
    const at = running(pod({}, { image: 'nosuch/app:1' }));
    expect(at(1_000)).toMatchObject({ phase: 'Pending', state: 'ErrImagePull', ip: '10.244.1.2' });
    expect(at(2_000)).toMatchObject({ state: 'ImagePullBackOff', due: undefined });
    expect(at(9_000)).toMatchObject({
      ready: { reason: 'ContainersNotReady', message: 'containers with unready status: [c]' },
    });
  });

  test('HOL-7 whose environment is missing waits for it', () => {
    const at = running(pod({}, { envFrom: [{ configMapRef: { name: 'x' } }] }));
    expect(at(1_000, () => 'configmap "x" not found').state).toBe('CreateContainerConfigError');
    expect(at(5_000).state).toBe('Running');
  });

  test('HOL-7 whose volume is missing has no address', () => {
    const at = running(pod({ volumes: [{ name: 'v', secret: { secretName: 'x' } }] }));
    expect(at(1_000, () => 'secret "x" not found')).toMatchObject({ state: 'ContainerCreating', ip: undefined });
    expect(at(5_000)).toMatchObject({ state: 'Running', ip: '10.244.1.2' });
  });

  test('HOL-7 whose init container fails never runs', () => {
    const initContainers = [{ name: 'i', image: 'busybox', ...sh('exit 2') }];
    const at = running(pod({ initContainers, restartPolicy: 'Never' }));
    expect(at(1_000).status.initContainerStatuses).toMatchObject([{ state: { running: {} } }]);
    expect(at(3_000)).toMatchObject({ phase: 'Failed', state: 'PodInitializing' });
  });

  test('HOL-8 is Ready when its gates are', () => {
    const gated = pod({ readinessGates: [{ conditionType: 'example.com/ready' }] });
    expect(running(gated)(1_000)).toMatchObject({ phase: 'Running', ready: { reason: 'ReadinessGatesNotReady' } });
    const conditions = [{ type: 'example.com/ready', status: 'True' }];
    expect(running({ ...gated, status: { conditions } })(1_000).ready?.status).toBe('True');
  });

  test('HOL-5 ends at its deadline', () => {
    const at = running(pod({ activeDeadlineSeconds: 5 }));
    at(1_000);
    expect(at(5_000)).toMatchObject({ phase: 'Failed', status: { reason: 'DeadlineExceeded' } });
  });
});
