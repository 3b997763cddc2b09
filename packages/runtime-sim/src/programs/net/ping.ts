import type { Process } from '@tabernetes/node-api';
import { isBusybox } from '../support/busybox.ts';
import { attempt, command, Failure, isNetError, UsageError } from '../support/command.ts';
import { parseOptions } from '../support/options.ts';

/** Whether an address answers: nothing carries echo requests, so a connection to a port that hardly anybody serves is tried; a refusal is a reply. */
async function answers(process: Process, address: string, waitMs: number): Promise<boolean> {
  if (address.startsWith('127.') || process.net.addresses.includes(address)) return true;
  try {
    const connection = await process.net.connect(address, 7, { timeoutMs: waitMs });
    connection.destroy();
    return true;
  } catch (error) {
    if (!isNetError(error)) throw error;
    return error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET';
  }
}

/** @see https://man7.org/linux/man-pages/man7/capabilities.7.html CAP_NET_RAW */
function mayOpenRawSockets(process: Process): boolean {
  const status = attempt(() => process.fs.readText('/proc/self/status'));
  if ('error' in status) return true;
  // A ping that is no applet of busybox brings the capability with it, as long as it can be had at all.
  const set = isBusybox(process) ? 'CapEff' : 'CapBnd';
  const bits = new RegExp(`^${set}:\\s+(\\S+)`, 'm').exec(status.value)?.[1];
  return bits === undefined || (BigInt(`0x${bits}`) & CAP_NET_RAW) !== 0n;
}

const CAP_NET_RAW = 1n << 13n;

export const ping = command('[OPTIONS] HOST', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'c:i:w:W:s:q46t:nI:');
  const [name] = options.operands;
  if (name === undefined) throw new UsageError('');
  const address = await addressOf(process, name);
  const size = Number(options.value('s') ?? 56);
  const count = Number(options.value('c') ?? Number.POSITIVE_INFINITY);
  const intervalMs = Number(options.value('i') ?? 1) * 1000;
  const waitMs = Number(options.value('W') ?? 10) * 1000;
  const deadlineMs = process.now() + Number(options.value('w') ?? Number.POSITIVE_INFINITY) * 1000;
  await process.stdout.write(`PING ${name} (${address}): ${size} data bytes\n`);
  if (!mayOpenRawSockets(process)) throw new Failure('permission denied (are you root?)');
  let sent = 0;
  let received = 0;
  const summary = async (): Promise<number> => {
    const loss = sent === 0 ? 0 : Math.floor(((sent - received) / sent) * 100);
    await process.stdout.write(
      `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${loss}% packet loss\n${received > 0 ? 'round-trip min/avg/max = 0.050/0.060/0.080 ms\n' : ''}`,
    );
    return received > 0 ? 0 : 1;
  };
  let stopped = false;
  process.onSignal('INT', () => {
    stopped = true;
  });
  while (sent < count && process.now() < deadlineMs && !stopped) {
    if (sent > 0) await process.sleep(intervalMs);
    const seq = sent++;
    if (!(await answers(process, address, waitMs))) continue;
    received++;
    if (!options.has('q'))
      await process.stdout.write(`${size + 8} bytes from ${address}: seq=${seq} ttl=64 time=0.060 ms\n`);
  }
  return summary();
});

export const traceroute = command('[OPTIONS] HOST', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'm:n46w:q:p:I');
  const [name] = options.operands;
  if (name === undefined) throw new UsageError('');
  const address = await addressOf(process, name);
  await process.stdout.write(
    `traceroute to ${name} (${address}), ${options.value('m') ?? 30} hops max, 46 byte packets\n`,
  );
  if (await answers(process, address, 5000)) {
    await process.stdout.write(
      ` 1  ${options.has('n') ? address : `${name} (${address})`}  0.050 ms  0.040 ms  0.040 ms\n`,
    );
    return 0;
  }
  for (let hop = 1; hop <= Number(options.value('m') ?? 30); hop++)
    await process.stdout.write(`${String(hop).padStart(2)}  *  *  *\n`);
  return 0;
});

async function addressOf(process: Process, name: string): Promise<string> {
  try {
    const [address] = await process.net.resolve(name);
    if (address !== undefined) return address;
  } catch (error) {
    if (!isNetError(error)) throw error;
  }
  throw new Failure(`bad address '${name}'`);
}
