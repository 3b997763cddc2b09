import { Worker } from 'node:worker_threads';
import { type Sandbox, SandboxError, type SandboxProgram } from '@tabernetes/node-api';
import {
  MAX_TURN_LENGTH,
  type SandboxLimits,
  sandboxOver,
  type Thread,
  type ThreadEvents,
  type ThreadNews,
} from '../sandbox-over.ts';
import { type BootData, nodeBoot } from './node-boot.ts';

export interface NodeSandboxOptions extends SandboxLimits {
  /** Heap of one program. Default 64. */
  readonly memoryMb?: number;
}

const STACK_MB = 4;

/**
 * Programs of users in threads of this process: each in a realm with nothing of Node, in a thread with an empty environment and a heap of
 * its own size.
 */
export function nodeSandbox({ memoryMb = 64, ...limits }: NodeSandboxOptions = {}): Sandbox {
  return sandboxOver((program, events) => startThread(program, events, memoryMb), limits);
}

function startThread(program: SandboxProgram, events: ThreadEvents, memoryMb: number): Thread {
  const thread = new Worker(`(${nodeBoot})(require)`, {
    eval: true,
    env: {},
    argv: [],
    execArgv: [],
    stdin: true,
    stdout: true,
    stderr: true,
    workerData: { ...program, maxLength: MAX_TURN_LENGTH } satisfies BootData,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: memoryMb / 4, stackSizeMb: STACK_MB },
  });
  // A program that only waits keeps nobody from leaving.
  thread.unref();
  thread.on('message', (news: ThreadNews) => events.said(news));
  thread.on('error', (error: NodeJS.ErrnoException) => {
    const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    events.failed(
      isMemory
        ? new SandboxError('memory', `it took more than ${memoryMb} MB of memory, and was killed`)
        : new SandboxError('failed', `its worker ended: ${error.message}`),
    );
  });
  thread.on('exit', () => events.exited());
  return {
    post: (message) => thread.postMessage(message),
    terminate: () => void thread.terminate(),
  };
}
