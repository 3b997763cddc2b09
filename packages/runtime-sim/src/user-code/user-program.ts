import { type Sandbox, SandboxError, type SandboxWorker } from '@tabernetes/node-api';
import type { Applet, Proc } from '../process/proc.ts';
import { Killed } from '../process/signals.ts';
import { guestText } from './guest-text.ts';
import { HostCalls } from './host-calls.ts';
import { type GuestTurn, type HostMessage, wireFormat } from './protocol.ts';
import { functionBody } from './script.ts';

/** Steps that a turn of a program counts for, beside those of what it asks for: a loop that only asks must let time pass. */
const TURN_STEPS = 20;
/** What a program may ask for in one turn. */
const MAX_CALLS = 10_000;
const KILLED = 137;

/**
 * A program whose text somebody wrote, as one of ours: it runs in a worker of its own, and does all that it does by asking.
 *
 * Every message to it is one turn: virtual time stands still while it computes, and what it asks for is done in the order in which it was
 * said; so a run is the same however long the host takes for it.
 */
export function userProgram(sandbox: Sandbox, source: string): Applet {
  return async (proc) => {
    const [path = 'app'] = proc.argv;
    const name = path.slice(path.lastIndexOf('/') + 1);
    let worker: SandboxWorker;
    try {
      worker = sandbox.start({ name: `${name}.js`, guest: guestText(), program: functionBody(source) });
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      await proc.stderr.write(`${name}: ${error.message}\n`);
      return error.code === 'tooMany' ? CANNOT_FORK : CANNOT_RUN;
    }
    const stop = proc.onExit(() => worker.terminate());
    try {
      return await new UserProcess(proc, worker).run();
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      if (error.code !== 'overrun' && error.code !== 'memory') throw new Error(error.message);
      await proc.stderr.write(`${name}: ${error.message}\n`);
      if (proc.pids.init === proc) proc.world.killing?.(`${name}: ${error.message}`, error.code);
      proc.exit(KILLED, 'KILL');
      throw new Killed();
    } finally {
      stop();
      worker.terminate();
    }
  };
}

/** As a shell says it. */
const CANNOT_RUN = 126;
const CANNOT_FORK = 2;

const { packed, unpacked } = wireFormat();

class UserProcess {
  readonly #proc: Proc;
  readonly #worker: SandboxWorker;
  readonly #calls: HostCalls;
  readonly #messages: HostMessage[] = [];
  #wake: (() => void) | undefined;

  constructor(proc: Proc, worker: SandboxWorker) {
    this.#proc = proc;
    this.#worker = worker;
    this.#calls = new HostCalls(proc, (message) => {
      this.#messages.push(message);
      this.#wake?.();
    });
  }

  /** @throws {SandboxError} @throws {Error} what the program threw */
  async run(): Promise<number> {
    const { argv, env, cwd, pid, uid, gid, hostname, net, rng } = this.#proc;
    const seed = [rng.uint32(), rng.uint32(), rng.uint32(), rng.uint32()];
    const { addresses } = net;
    let message: HostMessage = {
      ...{ type: 'start', nowMs: this.#proc.now(), argv, env, cwd, pid, uid, gid, hostname, addresses, seed },
    };
    for (;;) {
      const { calls, answers, done } = await this.#turn(message);
      for (const answer of answers) this.#calls.answered(answer);
      for (const call of calls) this.#calls.take(call);
      if (done !== undefined) {
        // What it wrote last is out before it ends.
        await this.#proc.until(this.#calls.written());
        if ('error' in done) throw new Error(done.error);
        return done.code;
      }
      for (let steps = TURN_STEPS + calls.length; steps > 0; steps--) {
        const slice = this.#proc.tick();
        if (slice !== undefined) await slice;
      }
      message = await this.#next();
    }
  }

  async #turn(message: HostMessage): Promise<GuestTurn> {
    // Told when it is sent: time may have passed since it was meant.
    const told = packed({ ...message, nowMs: this.#proc.now() });
    const said = await this.#proc.until(this.#proc.world.clock.hold(this.#worker.turn(told)));
    return checkedTurn(said);
  }

  async #next(): Promise<HostMessage> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      await this.#proc.block((wake) => {
        this.#wake = wake;
        return () => {
          this.#wake = undefined;
        };
      });
      this.#wake = undefined;
    }
  }
}

/** What comes out of a worker is believed as little as any request. @throws {SandboxError} */
function checkedTurn(text: string): GuestTurn {
  let turn: Partial<GuestTurn> | null;
  try {
    turn = unpacked(text) as Partial<GuestTurn> | null;
  } catch {
    turn = null;
  }
  const { calls, answers, done } = turn ?? {};
  if (!Array.isArray(calls) || !Array.isArray(answers)) throw new SandboxError('failed', 'its worker speaks nonsense');
  if (calls.length + answers.length > MAX_CALLS) {
    throw new SandboxError('overrun', `it asked for more than ${MAX_CALLS} things at once, and was killed`);
  }
  const isError = typeof (done as { error?: unknown } | undefined)?.error === 'string';
  const code = (done as { code?: unknown } | undefined)?.code;
  return {
    calls: calls.filter(
      (call) => typeof call?.id === 'number' && typeof call.op === 'string' && Array.isArray(call.args),
    ),
    answers: answers.filter((answer) => typeof answer?.id === 'number'),
    ...(done && isError && { done: { error: (done as { error: string }).error } }),
    ...(done && !isError && { done: { code: Number.isInteger(code) ? Number(code) & 255 : 1 } }),
  };
}
