import { compileMachine, type MachineDefinition } from './machine-table.ts';

export type ContainerMachineState =
  | 'waiting'
  | 'pulling'
  | 'creating'
  | 'starting'
  | 'postStarting'
  | 'running'
  | 'stopping'
  | 'exited'
  | 'backingOff';

export type ContainerMachineEvent =
  /** Its turn has come, and no back-off holds it. */
  | 'start'
  /** Its turn has come too soon after it ended. */
  | 'backOff'
  | 'imagePresent'
  | 'imageMissing'
  | 'created'
  | 'createFailed'
  | 'started'
  /** Started, and the specification has a postStart hook. */
  | 'startedWithHook'
  | 'startFailed'
  | 'hookDone'
  | 'hookFailed'
  /** The Pod ends, a probe has failed, or the specification changed. */
  | 'stop'
  | 'exit';

export type ContainerEffect =
  | 'ensureImage'
  | 'createContainer'
  | 'startContainer'
  | 'runPostStart'
  | 'reportHookFailure'
  | 'stopContainer'
  | 'recordFailure'
  | 'recordBackOff';

/**
 * The life of one container of a Pod, through all of its restarts.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kuberuntime/kuberuntime_container.go
 */
export const containerMachine: MachineDefinition<ContainerMachineState, ContainerMachineEvent, ContainerEffect> = {
  id: 'container',
  initial: 'waiting',
  states: {
    waiting: {
      on: {
        start: { target: 'pulling', actions: ['ensureImage'] },
        backOff: { target: 'backingOff', actions: ['recordBackOff'] },
      },
    },
    pulling: {
      on: {
        imagePresent: { target: 'creating', actions: ['createContainer'] },
        imageMissing: { target: 'waiting', actions: ['recordFailure'] },
      },
    },
    creating: {
      on: {
        created: { target: 'starting', actions: ['startContainer'] },
        createFailed: { target: 'waiting', actions: ['recordFailure'] },
      },
    },
    starting: {
      on: {
        started: { target: 'running' },
        startedWithHook: { target: 'postStarting', actions: ['runPostStart'] },
        startFailed: { target: 'exited', actions: ['recordFailure'] },
      },
    },
    postStarting: {
      on: {
        hookDone: { target: 'running' },
        hookFailed: { target: 'stopping', actions: ['reportHookFailure', 'stopContainer', 'recordFailure'] },
        stop: { target: 'stopping', actions: ['stopContainer'] },
        exit: { target: 'exited' },
      },
    },
    running: {
      on: {
        stop: { target: 'stopping', actions: ['stopContainer'] },
        exit: { target: 'exited' },
      },
    },
    stopping: {
      on: {
        exit: { target: 'exited' },
      },
    },
    exited: {
      on: {
        start: { target: 'pulling', actions: ['ensureImage'] },
        backOff: { target: 'backingOff', actions: ['recordBackOff'] },
      },
    },
    backingOff: {
      on: {
        start: { target: 'pulling', actions: ['ensureImage'] },
        backOff: { target: 'backingOff', actions: ['recordBackOff'] },
      },
    },
  },
};

export const containerTable = compileMachine(containerMachine);
