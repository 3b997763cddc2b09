import type { AndOr, CommandNode, CompoundList, Pipeline, PipelineNode, Statement, While } from 'unbash';
import { TextFile } from '../process/files.ts';
import type { OpenFile } from '../process/open-file.ts';
import { Pipe } from '../process/pipe.ts';
import type { Proc } from '../process/proc.ts';
import { LoopJump, ShellError } from './control.ts';
import { testCommand } from './double-bracket.ts';
import { withRedirections } from './invoke.ts';
import { waitInForeground } from './job-control.ts';
import { waitsForOthers } from './loops.ts';
import { wholePattern } from './pattern.ts';
import type { Shell } from './shell.ts';
import { runSimple } from './simple.ts';

/** Jobs that have ended and that nobody waits for are forgotten beyond this many. */
const JOBS_KEPT = 64;

/** Stands for "the last thing that this process does". */
const AS_LAST = { type: 'Statement' } as Statement;

/** Runs what stands between two semicolons. */
export async function runStatement(shell: Shell, node: AndOr | PipelineNode, statement?: Statement): Promise<void> {
  if (node.type === 'AndOr') {
    for (const [index, command] of node.commands.entries()) {
      if (index > 0 && (node.operators[index - 1] === '&&') !== (shell.status === 0)) continue;
      if (index < node.commands.length - 1) await tested(shell, () => runStatement(shell, command));
      else await runStatement(shell, command);
    }
  } else if (node.type === 'Pipeline') await runPipeline(shell, node);
  else await runCommand(shell, node, statement);
}

/** Starts a child that nobody waits for yet. */
export async function runInBackground(shell: Shell, statement: Statement, source: string): Promise<void> {
  const fds = shell.proc.inheritedFds();
  if (!shell.options.monitor) {
    fds.get(0)?.release();
    fds.set(0, new TextFile('', '/dev/null'));
  }
  const fork = shell.fork({ fds, background: true });
  fork.lastStatement = AS_LAST;
  const proc = shell.launch(fork, async (child) => {
    await Promise.resolve(); // the parent goes on first
    await runStatement(child, statement.command, AS_LAST);
  });
  shell.lastBackgroundPid = proc.pid;
  if (shell.jobs.length >= JOBS_KEPT) {
    const ended = shell.jobs.findIndex((job) => job.proc.exitCode !== undefined);
    if (ended >= 0) shell.jobs.splice(ended, 1);
  }
  const text = source.slice(statement.pos, statement.end).replace(/\s*&\s*$/, '');
  const number = (shell.jobs.at(-1)?.number ?? 0) + 1;
  shell.jobs.push({ number, pid: proc.pid, proc, text });
  shell.status = 0;
  if (shell.terminal !== undefined) await shell.proc.stderr.write(`[${number}] ${proc.pid}\n`);
}

export async function runCommand(shell: Shell, node: CommandNode, statement?: Statement): Promise<void> {
  switch (node.type) {
    case 'Command':
      return runSimple(shell, node, statement);
    case 'Redirected':
      return withRedirections(shell, node.redirects, () => runCommand(shell, node.command, statement));
    case 'BraceGroup':
      return shell.list(node.body);
    case 'Subshell': {
      if (statement === AS_LAST) {
        // This process is a subshell already, and signals for it are meant for what runs in it.
        shell.lastStatement = node.body.commands.at(-1);
        return shell.list(node.body);
      }
      const fork = shell.fork();
      fork.lastStatement = node.body.commands.at(-1);
      shell.status = await shell.waitFor(shell.launch(fork, (child) => child.list(node.body)));
      shell.checkErrexit();
      return;
    }
    case 'If':
      for (const branch of [node, ...node.elif]) {
        await tested(shell, () => shell.list(branch.clause));
        if (shell.status === 0) return shell.list(branch.then);
      }
      shell.status = 0;
      if (node.else !== undefined) await shell.list(node.else);
      return;
    case 'While':
      return runWhile(shell, node);
    case 'For': {
      const values = node.wordlist === undefined ? shell.positional : await shell.fields(node.wordlist);
      shell.status = 0;
      for (const value of values) {
        const pause = shell.proc.tick();
        if (pause !== undefined) await pause;
        shell.assign(node.name.value, value);
        if (!(await runLoopBody(shell, node.body))) break;
      }
      return;
    }
    case 'Case': {
      const value = await shell.text(node.word);
      shell.status = 0;
      let fallsThrough = false;
      for (const item of node.items) {
        let hit = fallsThrough;
        for (const word of hit ? [] : item.pattern) hit ||= wholePattern(await shell.pattern(word)).test(value);
        if (!hit) continue;
        await shell.list(item.body);
        if (item.terminator !== ';&') return;
        fallsThrough = true;
      }
      return;
    }
    case 'Function':
      shell.functions.set(node.name.value, node);
      shell.status = 0;
      return;
    case 'TestCommand':
      shell.status = (await testCommand(node.expression, shell)) ? 0 : 1;
      shell.checkErrexit();
      return;
    case 'ArithmeticCommand':
      shell.status = (await shell.arithmetic(node.body)) === 0n ? 1 : 0;
      shell.checkErrexit();
      return;
    default:
      throw new ShellError('syntax error: unexpected "("');
  }
}

async function runPipeline(shell: Shell, node: Pipeline): Promise<void> {
  const negated = node.prefixes.some((prefix) => prefix.type === 'Negation');
  const timed = node.prefixes.find((prefix) => prefix.type === 'Time');
  const startMs = shell.proc.now();
  const [only] = node.commands;
  const run = (): Promise<void> =>
    node.commands.length === 1 && only !== undefined ? runCommand(shell, only) : runPiped(shell, node);
  if (negated) {
    await tested(shell, run);
    shell.status = shell.status === 0 ? 1 : 0;
  } else {
    await run();
    if (node.commands.length > 1) shell.checkErrexit();
  }
  if (timed !== undefined) {
    const seconds = (shell.proc.now() - startMs) / 1000;
    await shell.proc.stderr.write(
      timesOf(seconds, timed.posix !== undefined ? 'posix' : shell.isBash ? 'bash' : 'ash'),
    );
  }
}

/** What `time` tells; nothing takes a processor's time here. */
function timesOf(seconds: number, form: 'posix' | 'bash' | 'ash'): string {
  if (form === 'posix') return `real ${seconds.toFixed(2)}\nuser 0.00\nsys 0.00\n`;
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return form === 'bash'
    ? `\nreal\t${minutes}m${rest.toFixed(3)}s\nuser\t0m0.000s\nsys\t0m0.000s\n`
    : `real\t${minutes}m ${rest.toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`;
}

async function runPiped(shell: Shell, node: Pipeline): Promise<void> {
  const children: Proc[] = [];
  let input: OpenFile | undefined;
  for (const [index, command] of node.commands.entries()) {
    const pipe = index === node.commands.length - 1 ? undefined : new Pipe();
    const fds = shell.proc.inheritedFds();
    if (input !== undefined) {
      fds.get(0)?.release();
      fds.set(0, input);
    }
    if (pipe !== undefined) {
      const output = pipe.writeEnd();
      fds.get(1)?.release();
      fds.set(1, output);
      if (node.operators[index] === '|&') {
        fds.get(2)?.release();
        fds.set(2, output.retain());
      }
    }
    input = pipe?.readEnd();
    const fork = shell.fork({ fds, ...(shell.options.monitor && { group: children[0]?.pgid }) });
    fork.lastStatement = AS_LAST;
    children.push(shell.launch(fork, (child) => runCommand(child, command, AS_LAST)));
  }
  if (shell.terminal !== undefined) {
    shell.status = await waitInForeground(shell, shell.terminal, children);
    return;
  }
  const codes: number[] = [];
  for (const child of children) codes.push(await shell.waitFor(child));
  shell.status = (shell.options.pipefail ? codes.findLast((code) => code !== 0) : codes.at(-1)) ?? 0;
}

async function runWhile(shell: Shell, node: While): Promise<void> {
  const { proc } = shell;
  const { background } = proc;
  if (waitsForOthers(node)) proc.background = true;
  let status = 0;
  try {
    for (;;) {
      await inLoop(shell, () => tested(shell, () => shell.list(node.clause)));
      if ((shell.status === 0) !== (node.kind === 'while')) break;
      const goesOn = await runLoopBody(shell, node.body);
      status = shell.status;
      if (!goesOn) break;
    }
  } catch (error) {
    if (!(error instanceof LoopJump)) throw error;
    status = 0;
  } finally {
    proc.background = background;
  }
  shell.status = status;
}

/** False when the loop is to end. */
async function runLoopBody(shell: Shell, body: CompoundList): Promise<boolean> {
  try {
    await inLoop(shell, () => shell.list(body));
    return true;
  } catch (error) {
    if (!(error instanceof LoopJump)) throw error;
    if (error.levels > 1 && shell.loopDepth > 0) throw new LoopJump(error.kind, error.levels - 1);
    shell.status = 0;
    return error.kind === 'continue';
  }
}

async function inLoop(shell: Shell, run: () => Promise<void>): Promise<void> {
  shell.loopDepth++;
  try {
    await run();
  } finally {
    shell.loopDepth--;
  }
}

/** Runs what must not end the shell under `set -e`: conditions. */
async function tested(shell: Shell, run: () => Promise<void>): Promise<void> {
  shell.tested++;
  try {
    await run();
  } finally {
    shell.tested--;
  }
}
